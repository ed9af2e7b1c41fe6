namespace GPT4RoI.Training.Evaluation;

/// <summary>One question of a conversation.</summary>
/// <param name="Text">As users write it: <c>&lt;regionN&gt;</c> stands for a region, everything else for itself.</param>
/// <param name="NewRegions">Regions that no earlier question brought; the text mentions each.</param>
/// <param name="MaxTokens">The answer is cut here.</param>
public sealed record RegionQuestion(string Text, IReadOnlyList<NumberedBox> NewRegions, int MaxTokens);

/// <summary>A box with the N of its <c>&lt;regionN&gt;</c>, in pixels of the upright picture.</summary>
public sealed record NumberedBox(int Id, double X1, double Y1, double X2, double Y2)
{
    /// <summary>How a question mentions it.</summary>
    public string Mention => $"<region{Id}>";

    /// <summary>From a corner and a size, as COCO and Visual Genome write boxes.</summary>
    public static NumberedBox FromSize(int id, double x, double y, double width, double height) => new(id, x, y, x + width, y + height);

    /// <summary>What of it lies within a picture of this size: annotators' boxes run over the edge by a pixel or two.</summary>
    public NumberedBox Within(int width, int height) => this with
    {
        X1 = Math.Clamp(X1, 0, width),
        Y1 = Math.Clamp(Y1, 0, height),
        X2 = Math.Clamp(X2, 0, width),
        Y2 = Math.Clamp(Y2, 0, height),
    };
}
