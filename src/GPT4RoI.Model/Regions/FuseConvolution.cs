using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Regions;

/// <summary>3×3 convolution without bias, GroupNorm, ReLU (mmcv <c>ConvModule</c> with norm GN); one per fusion round, shared by all levels.</summary>
internal sealed class FuseConvolution : IDisposable
{
    private const double Epsilon = 1e-5;

    private readonly Tensor _weight, _normWeight, _normBias;
    private readonly long _groups;

    /// <param name="config">Sizes.</param>
    /// <param name="loader">Scoped to <c>fuse_convs.N</c>.</param>
    public FuseConvolution(RegionConfig config, WeightLoader loader)
    {
        _groups = config.GroupNormGroups;
        _weight = loader.Require("conv.weight", config.Channels, config.Channels, 3, 3);
        _normWeight = loader.Require("gn.weight", config.Channels);
        _normBias = loader.Require("gn.bias", config.Channels);
    }

    /// <summary>[batch, channels, height, width] to the same shape.</summary>
    public Tensor Forward(Tensor map)
    {
        using var scope = NewDisposeScope();
        var convolved = nn.functional.conv2d(map, _weight, padding: [1, 1]);
        return nn.functional.group_norm(convolved, _groups, _normWeight, _normBias, Epsilon).relu_().MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _weight.Dispose();
        _normWeight.Dispose();
        _normBias.Dispose();
    }
}
