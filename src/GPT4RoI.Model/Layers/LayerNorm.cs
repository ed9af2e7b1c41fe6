using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Layers;

/// <summary>LayerNorm over the last dimension. torch accumulates in float32 whatever the dtype.</summary>
internal sealed class LayerNorm : IDisposable
{
    private readonly Tensor _weight, _bias;
    private readonly long[] _shape;
    private readonly double _epsilon;

    /// <param name="loader">Scoped to the layer's name.</param>
    /// <param name="width">Last dimension.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public LayerNorm(WeightLoader loader, int width, double epsilon)
    {
        _shape = [width];
        _epsilon = epsilon;
        _weight = loader.Require("weight", width);
        _bias = loader.Require("bias", width);
    }

    /// <summary>[…, width] to the same shape.</summary>
    public Tensor Forward(Tensor input) => nn.functional.layer_norm(input, _shape, _weight, _bias, _epsilon);

    public void Dispose()
    {
        _weight.Dispose();
        _bias.Dispose();
    }
}
