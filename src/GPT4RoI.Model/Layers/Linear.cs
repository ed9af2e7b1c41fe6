using GPT4RoI.Model.Native;
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
    public Tensor Forward(Tensor input) => Product(input, _weight, _bias);

    /// <summary>The same with a weight that no layer owns.</summary>
    public static Tensor Product(Tensor input, Tensor weight, Tensor? bias = null)
    {
        if (!SmallBatchProduct.Suits(input, weight))
        {
            return nn.functional.linear(input, weight, bias);
        }
        var product = SmallBatchProduct.Compute(input, weight);
        return bias is null ? product : product.PlusInPlace(bias);
    }

    public void Dispose()
    {
        _weight.Dispose();
        _bias?.Dispose();
    }
}
