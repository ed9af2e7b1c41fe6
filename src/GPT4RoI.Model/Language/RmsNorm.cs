using GPT4RoI.Model.Native;
using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Language;

/// <summary>Root-mean-square norm over the last dimension, its mean in float32 (Hugging Face <c>LlamaRMSNorm</c>).</summary>
internal sealed class RmsNorm : IDisposable
{
    private readonly Tensor _weight;
    private readonly float _epsilon;

    /// <param name="config">Sizes.</param>
    /// <param name="loader">Scoped to the layer's name.</param>
    public RmsNorm(LlamaConfig config, WeightLoader loader)
    {
        _epsilon = config.RmsNormEpsilon;
        _weight = loader.Require("weight", config.HiddenSize);
    }

    /// <summary>[tokens, hidden] to the same shape and dtype.</summary>
    public Tensor Forward(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        if (TensorMemory.IsFloat32OnCpu(hidden))
        {
            var result = empty_like(hidden);
            RowMath.RmsNorm(hidden.contiguous(), _weight, _epsilon, result);
            return result.MoveToOuterDisposeScope();
        }
        var wide = hidden.to(ScalarType.Float32);
        var scale = (wide * wide).mean([-1], keepdim: true).PlusInPlace(_epsilon).rsqrt_(); // [tokens, 1]
        return wide.mul(scale).to(hidden.dtype).mul_(_weight).MoveToOuterDisposeScope();
    }

    public void Dispose() => _weight.Dispose();
}
