namespace GPT4RoI.Training.Datasets.Coco;

/// <summary>How the first question of a conversation about regions, and each further one, is put.</summary>
/// <param name="First">Brings in the image where it says <c>&lt;image&gt;</c>.</param>
/// <param name="Further">For the regions after the first.</param>
/// <param name="Numbered">Regions have names, <c>region1</c> and so on.</param>
internal sealed record RegionQuestions(Questions First, Questions Further, bool Numbered)
{
    private const string OneRegion = "<image>\nI will give you one region of the image with a single object in it; the image may hold others as well. ";

    private static readonly Questions Bare = new("{0}");

    private static readonly Questions Describe = new(
        "Please describe {0} in detail.",
        "What can be seen in {0}?",
        "Tell me about {0} as precisely as you can.",
        "How would you describe {0}?",
        "Give me a detailed description of {0}.",
        "I would like to know more about {0}. What is there?",
        "Look at {0} and say what it shows.",
        "What does the image show in {0}?",
        "Could you explain in detail what {0} contains?",
        "Describe the part of the picture marked as {0}.");

    /// <summary>RefCOCO: the object's place in the picture belongs into the answer.</summary>
    public static RegionQuestions WithPosition { get; } = new(
        new Questions(
            OneRegion + "Say what sets the object apart: how it looks, where it is relative to other objects, and where in the image it is. {0}",
            "<image>\nDescribe the object in the region so that it cannot be mistaken for another: its looks, its neighbours, its place in the image. {0}"),
        Bare, Numbered: false);

    /// <summary>RefCOCO+: the object's place in the picture does not.</summary>
    public static RegionQuestions WithoutPosition { get; } = new(
        new Questions(
            OneRegion + "Say what sets the object apart: how it looks and where it is relative to other objects, but not where in the image it is. {0}",
            "<image>\nDescribe the object in the region by its looks and its neighbours, not by its place in the image, so that it cannot be mistaken. {0}"),
        Bare, Numbered: false);

    /// <summary>RefCOCOg and Visual Genome: a description of each region.</summary>
    public static RegionQuestions InDetail { get; } = new(Describe, Describe, Numbered: true);
}
