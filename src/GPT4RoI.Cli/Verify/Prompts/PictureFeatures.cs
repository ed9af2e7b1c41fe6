using static TorchSharp.torch;

namespace GPT4RoI.Cli.Verify.Prompts;

/// <summary>What the prompts of one picture need of it, computed once.</summary>
/// <param name="DeepestLevel">[patches, visionChannels] on the CPU.</param>
/// <param name="Maps">The fused pyramid.</param>
internal sealed record PictureFeatures(Tensor DeepestLevel, Tensor[] Maps) : IDisposable
{
    /// <summary>From a picture of the fixture.</summary>
    public static PictureFeatures Compute(FixtureSet fixtures, string image)
    {
        using var scope = NewDisposeScope();
        var levels = fixtures.Tower.Forward(fixtures.Pixels(Path.GetFileNameWithoutExtension(image)));
        var maps = fixtures.Regions.Fuse(levels);
        return new(levels[^1].squeeze(0).cpu().DetachFromDisposeScope(), [.. maps.Select(map => map.DetachFromDisposeScope())]);
    }

    public void Dispose()
    {
        DeepestLevel.Dispose();
        Array.ForEach(Maps, map => map.Dispose());
    }
}
