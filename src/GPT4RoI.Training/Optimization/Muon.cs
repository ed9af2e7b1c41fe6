using GPT4RoI.Model.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Optimization;

/// <summary>
/// Muon (Jordan et al. 2024, kellerjordan.github.io/posts/muon): a matrix moves along the nearest semi-orthogonal matrix to its momentum, so that rare
/// directions move as far as frequent ones. Steps have the root mean square of AdamW's (Liu et al., arXiv 2502.16982, section 2.2), so one learning rate
/// serves both.
/// </summary>
internal static class Muon
{
    private const double Momentum = 0.95;
    private const double RootMeanSquare = 0.2;
    private const int Iterations = 5;
    private const double Smallest = 1e-7;

    // Of the odd polynomial that takes singular values from (0, 1] to about 1, whose slope at 0 is as steep as it can be.
    private const double Linear = 3.4445, Cubic = -4.7750, Quintic = 2.0315;

    /// <summary>One update of an arena's matrices from its gradients.</summary>
    /// <param name="arena">Values, gradients and momenta.</param>
    /// <param name="learningRate">Of this update.</param>
    public static void Update(ParameterArena arena, double learningRate)
    {
        using var scope = NewDisposeScope();
        using var share = (1 - Momentum).ToScalar();
        using var nesterov = Momentum.ToScalar();
        var ahead = arena.FirstMoment.TimesInPlace(Momentum).add_(arena.Gradients, share).mul(nesterov).add_(arena.Gradients, share);
        arena.Values.TimesInPlace(1 - (learningRate * arena.WeightDecay));
        foreach (var alike in arena.Matrices.GroupBy(matrix => (matrix.Rows, matrix.Columns)))
        {
            var (rows, columns) = alike.Key;
            var steps = Orthogonal(stack([.. alike.Select(matrix => matrix.In(ahead))])); // [matrices, rows, columns]
            using var length = (-learningRate * RootMeanSquare * Math.Sqrt(Math.Max(rows, columns))).ToScalar();
            foreach (var (index, matrix) in alike.Index())
            {
                matrix.In(arena.Values).add_(steps[index], length);
            }
        }
    }

    // Newton and Schulz' iteration, on the side that makes the smaller square. [matrices, rows, columns]
    private static Tensor Orthogonal(Tensor matrices)
    {
        var tall = matrices.shape[1] > matrices.shape[2];
        var wide = tall ? matrices.transpose(1, 2) : matrices;
        wide = wide.div(linalg.norm(wide, dims: [1, 2], keepdim: true).AtLeast(Smallest));
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            var square = wide.bmm(wide.transpose(1, 2));
            wide = wide.Times(Linear).Plus(square.Times(Cubic).Plus(square.bmm(square).TimesInPlace(Quintic)).bmm(wide));
        }
        return tall ? wide.transpose(1, 2) : wide;
    }
}
