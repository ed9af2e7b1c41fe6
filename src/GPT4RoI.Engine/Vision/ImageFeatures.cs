using System.Numerics.Tensors;

namespace GPT4RoI.Engine.Vision;

/// <summary>What the ViT sees in an image.</summary>
/// <param name="Levels">Shallow to deep, each float32 [patches, channels], row-major. Not to be written to.</param>
/// <param name="Patches">Rows of a level.</param>
/// <param name="Channels">Columns of a level.</param>
public sealed record ImageFeatures(IReadOnlyList<float[]> Levels, int Patches, int Channels)
{
    /// <summary>True if every level has the size it claims and holds neither NaN nor infinity.</summary>
    internal bool IsSound() =>
        Levels.All(level => level.Length == (long)Patches * Channels && TensorPrimitives.IsFiniteAll<float>(level));
}
