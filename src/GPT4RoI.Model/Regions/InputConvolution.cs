using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Regions;

/// <summary>
/// A level's 1×1 convolution over its channels and two coordinate channels (x, then y, from -1 to 1). It is linear per position, and so are the
/// coordinates, so it commutes with the align-corners upsampling: it runs on the ViT's grid, up to 64 times fewer positions, and its result is upsampled.
/// </summary>
internal sealed class InputConvolution : IDisposable
{
    private readonly Tensor _weight, _bias;

    /// <param name="config">Sizes.</param>
    /// <param name="loader">Scoped to <c>input_conv.N</c>.</param>
    public InputConvolution(RegionConfig config, WeightLoader loader)
    {
        _weight = loader.Require("weight", config.Channels, config.InputChannels + 2, 1, 1);
        _bias = loader.Require("bias", config.Channels);
    }

    /// <summary>A level [batch, grid·grid, inputChannels] to a map [batch, channels, size, size].</summary>
    public Tensor Forward(Tensor level, int grid, int size)
    {
        using var scope = NewDisposeScope();
        var axis = linspace(-1, 1, grid, level.dtype, level.device);
        var coordinates = stack([axis.repeat(grid), axis.repeat_interleave(grid)], 1) // [grid·grid, 2]
            .expand(level.shape[0], -1, -1);
        var projected = nn.functional.linear(cat([level, coordinates], 2), _weight.flatten(1), _bias) // [batch, grid·grid, channels]
            .transpose(1, 2).unflatten(2, grid, grid).contiguous(); // [batch, channels, grid, grid]
        return Bilinear.Resize(projected, size).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _weight.Dispose();
        _bias.Dispose();
    }
}
