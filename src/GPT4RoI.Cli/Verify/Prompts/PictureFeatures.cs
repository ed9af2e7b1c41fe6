using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Cli.Verify.Prompts;

/// <summary>What the prompts of one picture need of it, computed once.</summary>
/// <param name="DeepestLevel">[patches, visionChannels].</param>
/// <param name="Maps">The fused pyramid.</param>
internal sealed record PictureFeatures(Tensor DeepestLevel, Tensor[] Maps) : IDisposable
{
    /// <summary>From the fixture's preprocessed picture.</summary>
    public static PictureFeatures Compute(FixtureSet fixtures, string image)
    {
        using var scope = NewDisposeScope();
        using var images = new SafetensorsFile(fixtures.PathOf("cases", "preprocess.safetensors"));
        var levels = fixtures.Tower.Forward(images.Read(Path.GetFileNameWithoutExtension(image) + ".image").unsqueeze(0));
        var maps = fixtures.Regions.Fuse(levels);
        return new(levels[^1].squeeze(0).DetachFromDisposeScope(), [.. maps.Select(map => map.DetachFromDisposeScope())]);
    }

    public void Dispose()
    {
        DeepestLevel.Dispose();
        Array.ForEach(Maps, map => map.Dispose());
    }
}
