using GPT4RoI.Model;

namespace GPT4RoI.Silo.Features;

/// <summary>What a stored feature must look like to be believed.</summary>
/// <param name="ModelFingerprint">The model that must have made it.</param>
/// <param name="Levels">ViT levels of an image, shallow to deep.</param>
/// <param name="LevelShape">[patches, channels].</param>
/// <param name="RegionShape">[hidden].</param>
internal sealed record FeatureLayout(string ModelFingerprint, int Levels, int[] LevelShape, int[] RegionShape)
{
    /// <summary>The layout of a checkpoint's features.</summary>
    public static FeatureLayout Of(Gpt4RoiConfig config, string fingerprint) =>
        new(fingerprint, config.Regions.Levels, [config.Vision.Patches, config.Vision.HiddenSize], [config.Regions.OutputSize]);
}
