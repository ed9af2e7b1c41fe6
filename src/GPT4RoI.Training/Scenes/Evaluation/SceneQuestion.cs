using GPT4RoI.Model.Regions;
using GPT4RoI.Model.Vision;
using GPT4RoI.Training.Scenes.Dialogue;

namespace GPT4RoI.Training.Scenes.Evaluation;

/// <summary>Asks a model one question, without any history.</summary>
/// <param name="image">The picture.</param>
/// <param name="regions">Normalised boxes; the k-th is <c>&lt;regionK&gt;</c> of the question, counted from 1.</param>
/// <param name="question">As users write it.</param>
/// <param name="cancellationToken">Ends the question.</param>
/// <returns>The answer.</returns>
public delegate Task<string> SceneAnswerer(DecodedImage image, IReadOnlyList<BoundingBox> regions, string question, CancellationToken cancellationToken);

/// <summary>One question of the evaluation.</summary>
/// <param name="Category">What it measures.</param>
/// <param name="Regions">Normalised boxes by region number, from 1.</param>
/// <param name="Turn">The question and its right answer.</param>
public sealed record SceneQuestion(SceneCategory Category, IReadOnlyList<BoundingBox> Regions, SceneTurn Turn)
{
    /// <summary>True if the answer says what the right one says; see <see cref="AnswerText.Parse"/>.</summary>
    public bool IsRight(string answer) => AnswerText.Parse(answer) == AnswerText.Parse(Turn.Answer);
}

/// <summary>What a question measures.</summary>
public enum SceneCategory
{
    /// <summary>Says what one region shows.</summary>
    Naming,

    /// <summary>Sides, heights, sizes and overlaps of two regions.</summary>
    Relations,

    /// <summary>Objects in the picture, of a class, or among regions.</summary>
    Counting,

    /// <summary>Picks the region that shows something, or says that none does.</summary>
    WhichOf,

    /// <summary>Two regions, asked about twice with their boxes exchanged.</summary>
    Swap,

    /// <summary>A region on bare background.</summary>
    FalseConfidence,
}
