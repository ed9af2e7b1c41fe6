using System.Text.Json.Serialization;

namespace GPT4RoI.Training.Scenes.Dialogue;

/// <summary>A question about a scene with its answer.</summary>
/// <param name="Kind">What it asks for.</param>
/// <param name="Question">Names regions as users do: <c>&lt;region1&gt;</c>.</param>
/// <param name="Answer">The right answer; regions are plain <c>region1</c> in it.</param>
/// <param name="Facts">What one who does not see the picture has to be told, besides the regions' names, to answer; null if that would be the answer.</param>
public sealed record SceneTurn(SceneTask Kind, string Question, string Answer, string? Facts = null);

/// <summary>
/// What a question asks for. Where an answer follows from what is seen, it says that first and then concludes: every token of it then needs one step from
/// what stands before, which a small model can take, and a reader sees why.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<SceneTask>))]
public enum SceneTask
{
    /// <summary>What a region shows: "A tiger."</summary>
    Name,

    /// <summary>What several regions show: "region1 is a tiger and region2 is a dog."</summary>
    NameAll,

    /// <summary>What, how large and where: "A small tiger in the top left."</summary>
    Caption,

    /// <summary>Where it is: "In the top left."</summary>
    Place,

    /// <summary>Where several are: "region1 is in the top left and region2 is on the right."</summary>
    PlaceAll,

    /// <summary>Left or right: "To the left."</summary>
    Side,

    /// <summary>Above or below: "Above."</summary>
    Height,

    /// <summary>Which of two is bigger or smaller: "region1 is bigger than region2, so it is region2."</summary>
    Bigger,

    /// <summary>Whether something said of two regions' places or sizes is so: "region1 is to the right of region2, so no."</summary>
    Relation,

    /// <summary>Whether one hides a part of the other: "Yes." or "No."</summary>
    Overlap,

    /// <summary>Everything about two: "region1 is to the left of region2, above it and smaller than it. They do not overlap."</summary>
    Relate,

    /// <summary>Several put in order by place or size: "region2, region1 and region3."</summary>
    Order,

    /// <summary>Whether two show the same: "region1 is a tiger and region2 is a dog, so no."</summary>
    Same,

    /// <summary>Which region shows something: "region1 is a tiger and region2 is a dog, so a dog is in region2.", or "in none of them".</summary>
    WhichOf,

    /// <summary>How many objects there are: "A tiger, a dog and a dog, so three."</summary>
    CountAll,

    /// <summary>How many of a class: "A tiger, a dog and a dog, so the number of dogs is two.", or "is none".</summary>
    CountClass,

    /// <summary>How many of some regions show a class: "region1 is a tiger and region2 is a dog, so the number of dogs is one."</summary>
    CountRegions,

    /// <summary>Whether a region shows something: "It is a dog, so no."</summary>
    Confirm,

    /// <summary>Whether something is in the picture: "A tiger and a dog, so yes."</summary>
    IsThere,

    /// <summary>Everything in the picture, from left to right: "A tiger, a dog and a dog."</summary>
    Describe,

    /// <summary>A region with nothing to name in it: "I am not sure what that is."</summary>
    Nothing,
}
