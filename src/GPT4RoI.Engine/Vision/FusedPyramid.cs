using GPT4RoI.Model.Regions;
using static TorchSharp.torch;

namespace GPT4RoI.Engine.Vision;

/// <summary>One image's fused maps, kept between batches: they cost by far the most and do not depend on boxes.</summary>
internal sealed class FusedPyramid : IDisposable
{
    private FusedPyramid(Tensor[] maps) => Maps = maps;

    /// <summary>Finest first, each [1, channels, n, n].</summary>
    public IReadOnlyList<Tensor> Maps { get; }

    /// <summary>Memory of the maps, on whatever device.</summary>
    public long Bytes => Maps.Sum(map => map.NumberOfElements * map.ElementSize);

    /// <summary>Fuses an image's levels. The caller disposes the result; no dispose scope owns it.</summary>
    public static FusedPyramid Create(RegionModule module, ImageFeatures features)
    {
        using var scope = NewDisposeScope();
        var levels = features.Levels.Select(level => HostTensor.Stack([level], 1, features.Patches, features.Channels)).ToArray();
        return new([.. module.Fuse(levels).Select(map => map.DetachFromDisposeScope())]);
    }

    public void Dispose()
    {
        foreach (var map in Maps)
        {
            map.Dispose();
        }
    }
}
