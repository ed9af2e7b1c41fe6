using GPT4RoI.Model;
using GPT4RoI.Model.Regions;
using GPT4RoI.Training.Instructions;
using GPT4RoI.Training.Modules;

namespace GPT4RoI.Training.Vision;

/// <summary>Dense samples as arrays. Made without torch.</summary>
/// <param name="Size">Samples.</param>
/// <param name="Pixels">[batch, 3, side, side].</param>
/// <param name="Patches">What the patches show; of batch·patches.</param>
/// <param name="Regions">The boxes; null if there is none.</param>
/// <param name="BoxLabels">[regions].</param>
/// <param name="BoxPlaces">[regions·4]: the centre, and the natural logarithms of width and height, both from those of a box in the middle of usual size.</param>
internal sealed record DenseBatch(int Size, float[] Pixels, PatchTargets Patches, RegionBatch? Regions, int[] BoxLabels, float[] BoxPlaces)
{
    /// <summary>Numbers that say where a box is and how large.</summary>
    public const int PlaceSize = 4;

    private const float Smallest = 1e-3f;
    private const float Usual = 0.37f; // of the picture's side

    /// <summary>Joins samples.</summary>
    /// <param name="config">Of the model.</param>
    /// <param name="classes">How many there are.</param>
    /// <param name="samples">One or more.</param>
    /// <param name="withRegions">False leaves the boxes out: only patches are learned then, without the cost of the region module.</param>
    /// <exception cref="InvalidDataException">A sample does not fit the model or its own boxes.</exception>
    public static DenseBatch Create(Gpt4RoiConfig config, int classes, IReadOnlyList<DenseSample> samples, bool withRegions = true)
    {
        foreach (var sample in samples)
        {
            Check(config, classes, sample);
        }
        int[] boxLabels = [.. samples.SelectMany(sample => sample.BoxLabels)];
        return new(
            samples.Count, [.. samples.SelectMany(sample => sample.Image)], PatchTargets.Join([.. samples.Select(sample => sample.Patches)]),
            boxLabels.Length == 0 || !withRegions ? null : RegionBatch.Create(config, [.. samples.Select(sample => sample.Boxes)]), boxLabels,
            [.. samples.SelectMany(sample => sample.Boxes).SelectMany(Place)]);
    }

    private static float[] Place(BoundingBox box) =>
        [((box.X1 + box.X2) / 2) - 0.5f, ((box.Y1 + box.Y2) / 2) - 0.5f, LogSide(box.X2 - box.X1), LogSide(box.Y2 - box.Y1)];

    private static float LogSide(float side) => MathF.Log(Math.Max(side, Smallest) / Usual);

    private static void Check(Gpt4RoiConfig config, int classes, DenseSample sample)
    {
        var pixels = 3 * config.Vision.ImageSize * config.Vision.ImageSize;
        var (patches, count) = (sample.Patches, config.Vision.Patches);
        if (sample.Image.Length != pixels || sample.Boxes.Length != sample.BoxLabels.Length || patches.Classes.Length != count
            || patches.Numbers.Length != count || patches.Counts.Length != count || patches.CentreOffsets.Length != 2 * count)
        {
            throw new InvalidDataException(
                $"A sample has {sample.Image.Length} values, {patches.Classes.Length} classes, {patches.Numbers.Length} numbers, {patches.Counts.Length} counts and "
                + $"{patches.CentreOffsets.Length} offsets of patches, {sample.Boxes.Length} boxes and {sample.BoxLabels.Length} of their labels; the model takes "
                + $"{pixels} values and {count} patches.");
        }
        CheckLabels([.. patches.Classes, .. sample.BoxLabels], classes);
        CheckLabels([.. patches.Numbers, .. patches.Counts], PatchTargets.MostObjects + 1);
    }

    private static void CheckLabels(int[] labels, int count)
    {
        var label = labels.FirstOrDefault(label => label >= count || (label < 0 && label != EncodedSample.Ignored));
        if (label != 0)
        {
            throw new InvalidDataException($"A sample has label {label} where there are {count}.");
        }
    }
}
