using GPT4RoI.Model.Native;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Optimization;

/// <summary>Updates arenas, each by its rule, and measures the gradients' global norm. Owns the arenas.</summary>
internal sealed class Optimizer(IReadOnlyList<ParameterArena> arenas, double beta1, double beta2) : IDisposable
{
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
            if (gradientScale != 1)
            {
                arena.Gradients.TimesInPlace(gradientScale);
            }
            var rate = learningRate * arena.LearningRateScale;
            if (arena.SecondMoment is { } second)
            {
                AdamW.Update(arena, second, rate, beta1, beta2, Updates);
            }
            else
            {
                Muon.Update(arena, rate);
            }
            arena.Gradients.zero_();
        }
    }

    public void Dispose()
    {
        foreach (var arena in arenas)
        {
            arena.Dispose();
        }
    }
}
