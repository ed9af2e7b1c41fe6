using GPT4RoI.Model;
using GPT4RoI.Model.Native;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Modules;

/// <summary>
/// LLaMA's rotary position embedding in Hugging Face's layout: dimensions i and i + headDim / 2 are a pair. Angles are float32 products, as there.
/// </summary>
internal sealed class RotaryTable : IDisposable
{
    private readonly Tensor _cos, _sin; // [positions, 1, headDim]; the first half of the sines is negative

    public RotaryTable(LlamaConfig config, Device device, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var exponents = Arithmetic.Range(config.HeadDim / 2, ScalarType.Float32).Times(2).Over(config.HeadDim);
        var frequencies = Arithmetic.Power((float)config.RopeBase, exponents).reciprocal(); // [headDim / 2]
        var angles = outer(Arithmetic.Range(config.MaxPositions, ScalarType.Float32), frequencies); // [positions, headDim / 2]
        _cos = Table(angles.cos(), angles.cos());
        _sin = Table(-angles.sin(), angles.sin());

        Tensor Table(Tensor first, Tensor second) => cat([first, second], 1).unsqueeze(1).to(device).to(dtype).DetachFromDisposeScope();
    }

    /// <summary>Rotates [batch, tokens, heads, headDim], whose tokens stand at positions 0, 1, …; the caller disposes the result.</summary>
    public Tensor Rotate(Tensor vectors)
    {
        using var scope = NewDisposeScope();
        var (tokens, half) = (vectors.shape[1], vectors.shape[3] / 2);
        var other = vectors.roll(half, 3); // each dimension's partner
        return (vectors * _cos.narrow(0, 0, tokens)).addcmul(other, _sin.narrow(0, 0, tokens), Arithmetic.One).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _cos.Dispose();
        _sin.Dispose();
    }
}
