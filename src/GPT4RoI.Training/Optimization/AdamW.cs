using GPT4RoI.Model.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Optimization;

/// <summary>AdamW (Loshchilov and Hutter, arXiv 1711.05101, algorithm 2) over arenas, with the gradients' global norm. Owns the arenas.</summary>
internal sealed class AdamW(IReadOnlyList<ParameterArena> arenas, double beta1, double beta2) : IDisposable
{
    private const double Epsilon = 1e-8;
    private const long Chunk = 1 << 24; // bounds the memory of intermediate results

    /// <summary>What is optimised.</summary>
    public IReadOnlyList<ParameterArena> Arenas => arenas;

    /// <summary>Updates made so far, which the moments' bias depends on.</summary>
    public long Updates { get; set; }

    /// <summary>The norm of all gradients together; those of rows that are not trained are cleared first.</summary>
    public double GradientNorm()
    {
        using var scope = NewDisposeScope();
        return Math.Sqrt(arenas.Sum(arena =>
        {
            arena.MaskGradients();
            var norm = arena.Gradients.norm().item<float>();
            return (double)norm * norm;
        }));
    }

    /// <summary>One update from the gradients, which are zero afterwards.</summary>
    /// <param name="learningRate">Of this update.</param>
    /// <param name="gradientScale">Multiplies the gradients, to bound their norm.</param>
    public void Step(double learningRate, double gradientScale)
    {
        using var noGrad = no_grad();
        Updates++;
        foreach (var arena in arenas)
        {
            for (long start = 0; start < arena.Values.shape[0]; start += Chunk)
            {
                using var scope = NewDisposeScope();
                var length = Math.Min(Chunk, arena.Values.shape[0] - start);
                Update(
                    arena.Values.narrow(0, start, length), arena.Gradients.narrow(0, start, length), arena.FirstMoment.narrow(0, start, length),
                    arena.SecondMoment.narrow(0, start, length), learningRate * arena.LearningRateScale, arena.WeightDecay, gradientScale);
            }
        }
    }

    private void Update(
        Tensor values, Tensor gradients, Tensor first, Tensor second, double learningRate, double weightDecay, double gradientScale)
    {
        var (firstBias, secondBias) = (1 - Math.Pow(beta1, Updates), 1 - Math.Pow(beta2, Updates));
        if (gradientScale != 1)
        {
            gradients.TimesInPlace(gradientScale);
        }
        using var firstShare = (1 - beta1).ToScalar();
        using var secondShare = (1 - beta2).ToScalar();
        using var step = (-learningRate / firstBias).ToScalar();
        first.TimesInPlace(beta1).add_(gradients, firstShare);
        second.TimesInPlace(beta2).addcmul_(gradients, gradients, secondShare);
        var width = second.sqrt().TimesInPlace(1 / Math.Sqrt(secondBias)).PlusInPlace(Epsilon);
        values.TimesInPlace(1 - (learningRate * weightDecay)).addcdiv_(first, width, step);
        gradients.zero_();
    }

    public void Dispose()
    {
        foreach (var arena in arenas)
        {
            arena.Dispose();
        }
    }
}
