namespace GPT4RoI.Model;

/// <summary>Every size of the model, read from a checkpoint's <c>config.json</c> files and completed from the weights' shapes.</summary>
/// <param name="Language">LLaMA.</param>
/// <param name="Vision">The CLIP tower.</param>
/// <param name="Regions">The region module (spi_module).</param>
/// <param name="VisionTower">Folder of the CLIP checkpoint, absolute.</param>
/// <param name="ConversationVersion">Which prompt template the checkpoint was trained with; the authors' by default.</param>
public sealed record Gpt4RoiConfig(
    LlamaConfig Language, ClipVisionConfig Vision, RegionConfig Regions, string VisionTower, string ConversationVersion);

/// <summary>LLaMA's sizes (Hugging Face names in <c>config.json</c>).</summary>
public sealed record LlamaConfig(
    int HiddenSize, int IntermediateSize, int Layers, int Heads, int KeyValueHeads, int VocabularySize, int MaxPositions,
    float RmsNormEpsilon, double RopeBase)
{
    /// <summary>Width of one head.</summary>
    public int HeadDim => HiddenSize / Heads;
}

/// <summary>The CLIP vision tower's sizes.</summary>
/// <param name="SelectLayer"><c>mm_vision_select_layer</c>: index from the end of the deepest level used (-2).</param>
public sealed record ClipVisionConfig(
    int HiddenSize, int IntermediateSize, int Layers, int Heads, int ImageSize, int PatchSize, float LayerNormEpsilon, int SelectLayer)
{
    /// <summary>Patches along one side.</summary>
    public int Grid => ImageSize / PatchSize;

    /// <summary>Patches of an image, and its tokens in a prompt.</summary>
    public int Patches => Grid * Grid;
}

/// <summary>The region module's sizes.</summary>
/// <param name="Levels">Feature levels (4), shallow to deep.</param>
/// <param name="InputChannels">Width of a feature level, CLIP's (1024).</param>
/// <param name="Channels">Width C of the fused maps; the authors' equals CLIP's.</param>
/// <param name="GroupNormGroups">Groups of the fusion's GroupNorm (64; the one size that no weight's shape tells).</param>
/// <param name="FuseRounds">Rounds of shuffle and convolution (5).</param>
/// <param name="PositionHidden">Width of the box embedding's hidden layer (256).</param>
/// <param name="MiddleSize">Width between flatten_linear and updims (1024).</param>
/// <param name="OutputSize">Width of a region vector, LLaMA's hidden size.</param>
/// <param name="PooledSize">Side of the RoIAlign output (14).</param>
/// <param name="SamplingRatio">Samples per bin and axis (2).</param>
/// <param name="Deformable">Deformable attention in the place of RoIAlign, if there is one.</param>
public sealed record RegionConfig(
    int Levels, int InputChannels, int Channels, int GroupNormGroups, int FuseRounds, int PositionHidden, int MiddleSize, int OutputSize,
    int PooledSize, int SamplingRatio, DeformableConfig? Deformable = null);

/// <summary>Sizes of the deformable extractor, the paper's alternative to RoIAlign.</summary>
/// <param name="Grid">Points along a side of the box.</param>
/// <param name="Heads">Attention heads; divide the maps' channels.</param>
/// <param name="Points">Places K that a point looks at, per head and level.</param>
public sealed record DeformableConfig(int Grid, int Heads, int Points);
