using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Layers;

/// <summary>x·Wᵀ + b over the last dimension, with W [outputs, inputs] as stored: a mapped weight is used in place.</summary>
internal sealed class Linear : IDisposable
{
    private readonly Tensor _weight;
    private readonly Tensor? _bias;

    /// <param name="loader">Scoped to the layer's name.</param>
    /// <param name="inputs">Width of x.</param>
    /// <param name="outputs">Width of the result.</param>
    /// <param name="bias">Whether the layer has a bias.</param>
    public Linear(WeightLoader loader, int inputs, int outputs, bool bias = true)
    {
        _weight = loader.Require("weight", outputs, inputs);
        _bias = bias ? loader.Require("bias", outputs) : null;
    }

    /// <summary>[…, inputs] to […, outputs].</summary>
    public Tensor Forward(Tensor input) => nn.functional.linear(input, _weight, _bias);

    public void Dispose()
    {
        _weight.Dispose();
        _bias?.Dispose();
    }
}
