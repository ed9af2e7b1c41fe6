using GPT4RoI.Model.Regions;

namespace GPT4RoI.Training.Vision;

/// <summary>A picture of which every patch and some boxes have a class.</summary>
/// <param name="Image">float32 [3, S, S], as the vision tower takes it.</param>
/// <param name="Patches">What its patches show.</param>
/// <param name="Boxes">Normalised.</param>
/// <param name="BoxLabels">As many.</param>
public sealed record DenseSample(float[] Image, PatchTargets Patches, BoundingBox[] Boxes, int[] BoxLabels);

/// <summary>What patches show, row by row, picture by picture; −100 or NaN where there is nothing to say.</summary>
/// <param name="Classes">[patches].</param>
/// <param name="Numbers">[patches]: k in the patches of the k-th object from the left, 0 where there is none.</param>
/// <param name="Counts">[patches]: how many objects of the patch's class the picture shows; where the patch shows none, how many objects at all.</param>
/// <param name="CentreOffsets">[patches·2]: from the centre of each patch to that of its object, x then y, in sides of the picture.</param>
public sealed record PatchTargets(int[] Classes, int[] Numbers, int[] Counts, float[] CentreOffsets)
{
    /// <summary>Objects are numbered and counted so far; a picture with more has no such labels.</summary>
    public const int MostObjects = 9;

    /// <summary>[patches]: 1 in the patch that holds the centre of its own object, else 0.</summary>
    /// <param name="grid">Patches along one side.</param>
    public int[] Middles(int grid) =>
        [.. CentreOffsets.Chunk(2).Select(offset => Array.TrueForAll(offset, part => part * grid is >= -0.5f and < 0.5f) ? 1 : 0)];

    /// <summary>Those of several pictures, one after the other.</summary>
    public static PatchTargets Join(IReadOnlyCollection<PatchTargets> pictures) => new(
        [.. pictures.SelectMany(picture => picture.Classes)], [.. pictures.SelectMany(picture => picture.Numbers)],
        [.. pictures.SelectMany(picture => picture.Counts)], [.. pictures.SelectMany(picture => picture.CentreOffsets)]);
}

/// <summary>Pictures to pretrain a vision tower with. Thread-safe.</summary>
public interface IDenseVisionDataset
{
    /// <summary>Labels of patches and boxes are below it.</summary>
    int Classes { get; }

    /// <summary>Samples in one epoch.</summary>
    int Count { get; }

    /// <summary>One sample; the same for the same index and the same state of <paramref name="random"/>.</summary>
    DenseSample Get(int index, Random random);
}
