using GPT4RoI.Model.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Optimization;

/// <summary>AdamW (Loshchilov and Hutter, arXiv 1711.05101, algorithm 2).</summary>
internal static class AdamW
{
    private const double Epsilon = 1e-8;
    private const long Chunk = 1 << 24; // bounds the memory of intermediate results

    /// <summary>One update of an arena from its gradients.</summary>
    /// <param name="arena">Values, gradients and first moments.</param>
    /// <param name="secondMoment">Its second moments.</param>
    /// <param name="learningRate">Of this update.</param>
    /// <param name="beta1">How slowly the first moment forgets.</param>
    /// <param name="beta2">How slowly the second one does.</param>
    /// <param name="updates">Made so far, this one included.</param>
    public static void Update(ParameterArena arena, Tensor secondMoment, double learningRate, double beta1, double beta2, long updates)
    {
        var (firstBias, secondBias) = (1 - Math.Pow(beta1, updates), 1 - Math.Pow(beta2, updates));
        using var firstShare = (1 - beta1).ToScalar();
        using var secondShare = (1 - beta2).ToScalar();
        using var step = (-learningRate / firstBias).ToScalar();
        for (long start = 0; start < arena.Values.shape[0]; start += Chunk)
        {
            using var scope = NewDisposeScope();
            var length = Math.Min(Chunk, arena.Values.shape[0] - start);
            var (values, gradients) = (arena.Values.narrow(0, start, length), arena.Gradients.narrow(0, start, length));
            var (first, second) = (arena.FirstMoment.narrow(0, start, length), secondMoment.narrow(0, start, length));
            first.TimesInPlace(beta1).add_(gradients, firstShare);
            second.TimesInPlace(beta2).addcmul_(gradients, gradients, secondShare);
            var width = second.sqrt().TimesInPlace(1 / Math.Sqrt(secondBias)).PlusInPlace(Epsilon);
            values.TimesInPlace(1 - (learningRate * arena.WeightDecay)).addcdiv_(first, width, step);
        }
    }
}
