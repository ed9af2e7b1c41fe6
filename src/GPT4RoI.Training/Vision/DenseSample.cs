using GPT4RoI.Model.Regions;

namespace GPT4RoI.Training.Vision;

/// <summary>A picture of which every patch and some boxes have a class.</summary>
/// <param name="Image">float32 [3, S, S], as the vision tower takes it.</param>
/// <param name="PatchLabels">[grid·grid] row by row; −100 where there is nothing to say.</param>
/// <param name="NumberLabels">[grid·grid]: k in the patches of the k-th object from the left, 0 where there is none; −100 where there is nothing to say.</param>
/// <param name="CentreOffsets">[grid·grid·2]: from the centre of each patch to that of its object, x then y, in patches; NaN where there is nothing to say.</param>
/// <param name="Boxes">Normalised.</param>
/// <param name="BoxLabels">As many.</param>
public sealed record DenseSample(float[] Image, int[] PatchLabels, int[] NumberLabels, float[] CentreOffsets, BoundingBox[] Boxes, int[] BoxLabels)
{
    /// <summary>Objects are numbered so far; a picture with more has no such labels.</summary>
    public const int MostObjects = 9;
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
