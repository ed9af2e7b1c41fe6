using GPT4RoI.Training.Scenes.Dialogue;

namespace GPT4RoI.Training.Scenes.Evaluation;

/// <summary>Fractions of right answers, 0..1; null where nothing could be asked.</summary>
public sealed record SceneReport
{
    /// <summary>Regions named rightly.</summary>
    public required double? Naming { get; init; }

    /// <summary>Right answers about sides, heights, sizes and overlaps.</summary>
    public required double? Relations { get; init; }

    /// <summary>Right counts.</summary>
    public required double? Counting { get; init; }

    /// <summary>The right region picked, or rightly none.</summary>
    public required double? WhichOf { get; init; }

    /// <summary>Pairs of questions of which both, before and after the boxes were exchanged, were answered rightly.</summary>
    public required double? Swap { get; init; }

    /// <summary>Regions with nothing in them of which the model did not say that it is not sure. Here 0 is best and 1 is worst.</summary>
    public required double? FalseConfidence { get; init; }

    /// <summary>Scenes drawn.</summary>
    public required int Scenes { get; init; }

    /// <summary>Questions asked; a swap counts as two.</summary>
    public required int Questions { get; init; }

    /// <summary>Right answers by what was asked, the questions of swaps left out; what was never asked is missing.</summary>
    public required IReadOnlyDictionary<SceneTask, double> Tasks { get; init; }
}
