using GPT4RoI.Model.Native;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Language;

/// <summary>
/// Rotary position embedding in the layout of Hugging Face's LLaMA: dimensions i and i + headDim / 2 form a pair. Angles are float32 products, as there;
/// computed in float64 they would differ visibly at large positions.
/// </summary>
internal sealed class RotaryEmbedding : IDisposable
{
    private readonly Tensor _cos, _sin; // [positions, headDim / 2] float32

    public RotaryEmbedding(LlamaConfig config, Device device)
    {
        using var scope = NewDisposeScope();
        var exponents = Arithmetic.Range(config.HeadDim / 2, ScalarType.Float32).Times(2).Over(config.HeadDim);
        var frequencies = Arithmetic.Power((float)config.RopeBase, exponents).reciprocal(); // [headDim / 2]
        var angles = outer(Arithmetic.Range(config.MaxPositions, ScalarType.Float32), frequencies); // [positions, headDim / 2]
        _cos = angles.cos().to(device).DetachFromDisposeScope();
        _sin = angles.sin().to(device).DetachFromDisposeScope();
    }

    /// <summary>Cosines and sines of the given positions, each [tokens, 1, headDim / 2] in this dtype. The caller disposes them.</summary>
    public (Tensor Cos, Tensor Sin) At(int[] positions, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var index = tensor(positions, device: _cos.device);
        return (Rows(_cos), Rows(_sin));

        Tensor Rows(Tensor table) => table.index_select(0, index).unsqueeze(1).to(dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Rotates [tokens, heads, headDim], contiguous, in place where a kernel does that. The caller disposes the result.</summary>
    public static Tensor Rotate(Tensor vectors, Tensor cos, Tensor sin)
    {
        if (TensorMemory.IsFloat32OnCpu(vectors))
        {
            RowMath.Rotate(vectors, cos, sin);
            return vectors.alias();
        }
        using var scope = NewDisposeScope();
        var halves = vectors.chunk(2, -1);
        var (first, second) = (halves[0], halves[1]); // [tokens, heads, headDim / 2]
        return cat([first * cos - second * sin, (second * cos).Plus(first * sin)], -1).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _cos.Dispose();
        _sin.Dispose();
    }
}
