using GPT4RoI.Model;

namespace GPT4RoI.Training.Configuration;

/// <summary>Sizes of a model that is trained from scratch. What is left out follows from the rest as in the authors' model.</summary>
public sealed record ModelSizes
{
    /// <summary>Side of the input in pixels.</summary>
    public required int ImageSize { get; init; }

    /// <summary>Side of a patch in pixels.</summary>
    public required int PatchSize { get; init; }

    /// <summary>CLIP's width.</summary>
    public required int VisionWidth { get; init; }

    /// <summary>CLIP's layers; at least one more than three per level between the shallowest and the deepest: 10 for four levels.</summary>
    public required int VisionLayers { get; init; }

    /// <summary>CLIP's heads.</summary>
    public required int VisionHeads { get; init; }

    /// <summary>Width of the fused maps.</summary>
    public required int RegionWidth { get; init; }

    /// <summary>Groups of their normalisation.</summary>
    public required int RegionGroups { get; init; }

    /// <summary>Rounds of fusion.</summary>
    public int RegionRounds { get; init; } = 5;

    /// <summary>Width of the box embedding's hidden layer; a quarter of the middle size if 0.</summary>
    public int PositionHidden { get; init; }

    /// <summary>Width of a region between pooling and output; LLaMA's width if 0.</summary>
    public int RegionMiddle { get; init; }

    /// <summary>Side of RoIAlign's output.</summary>
    public int RoiOutputSize { get; init; } = 14;

    /// <summary>Deformable attention instead of RoIAlign.</summary>
    public DeformableConfig? Deformable { get; init; }

    /// <summary>LLaMA's width.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>LLaMA's layers.</summary>
    public required int Layers { get; init; }

    /// <summary>LLaMA's heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Width of LLaMA's feed-forward; 8/3 of the hidden size, rounded up to a multiple of 16, if 0.</summary>
    public int IntermediateSize { get; init; }

    /// <summary>Longest sequence.</summary>
    public int MaxPositions { get; init; } = 2048;

    /// <summary>The whole configuration.</summary>
    /// <param name="vocabulary">Tokens of the tokenizer.</param>
    /// <param name="conversationVersion">The template.</param>
    public Gpt4RoiConfig ToConfig(int vocabulary, string conversationVersion)
    {
        var intermediate = IntermediateSize > 0 ? IntermediateSize : ((8 * HiddenSize / 3) + 15) / 16 * 16;
        var middle = RegionMiddle > 0 ? RegionMiddle : HiddenSize;
        return new(
            new(HiddenSize, intermediate, Layers, Heads, Heads, vocabulary, MaxPositions, 1e-6f, 10000),
            new(VisionWidth, 4 * VisionWidth, VisionLayers, VisionHeads, ImageSize, PatchSize, 1e-5f, -2),
            new(4, VisionWidth, RegionWidth, RegionGroups, RegionRounds, PositionHidden > 0 ? PositionHidden : middle / 4, middle, HiddenSize,
                Deformable?.Grid ?? RoiOutputSize, 2, Deformable),
            "", conversationVersion);
    }
}
