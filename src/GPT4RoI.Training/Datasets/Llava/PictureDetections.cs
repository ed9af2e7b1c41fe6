using GPT4RoI.Model.Regions;

namespace GPT4RoI.Training.Datasets.Llava;

/// <summary>One box that a detector found.</summary>
/// <param name="Box">Normalised.</param>
/// <param name="Score">How sure it is, 0 to 1.</param>
/// <param name="Class">What it is.</param>
internal readonly record struct Detection(BoundingBox Box, float Score, string Class);

/// <summary>What a detector found in a picture, as far as conversations use it.</summary>
/// <param name="Shown">The sure ones that are not too small; where there is none, the first few of all.</param>
/// <param name="Present">Classes that are surely there.</param>
/// <param name="Suspected">Classes that were found at all.</param>
internal sealed record PictureDetections(IReadOnlyList<Detection> Shown, IReadOnlyList<string> Present, IReadOnlySet<string> Suspected)
{
    private const float LowestScore = 0.3f;
    private const float SmallestSide = 0.02f;
    private const int MostShown = 100;
    private const int ShownOtherwise = 10;

    /// <summary>Of all boxes in the detector's order.</summary>
    public static PictureDetections Of(IReadOnlyList<Detection> all)
    {
        Detection[] sure = [.. all.Where(found => found.Score > LowestScore)];
        Detection[] shown = [.. sure.Where(found => Width(found.Box) > SmallestSide && Height(found.Box) > SmallestSide).Take(MostShown)];
        return new PictureDetections(
            shown.Length > 0 ? shown : [.. all.Take(ShownOtherwise)],
            [.. sure.Select(found => found.Class).Distinct()],
            all.Select(found => found.Class).ToHashSet());
    }

    private static float Width(BoundingBox box) => box.X2 - box.X1;

    private static float Height(BoundingBox box) => box.Y2 - box.Y1;
}
