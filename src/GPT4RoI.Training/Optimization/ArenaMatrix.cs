using static TorchSharp.torch;

namespace GPT4RoI.Training.Optimization;

/// <summary>One linear map in an arena. Kernels of a convolution are a matrix with a row per output; joined matrices are one each.</summary>
internal readonly record struct ArenaMatrix(long Offset, long Rows, long Columns)
{
    /// <summary>Its part of one of the arena's blocks: [rows, columns]. The caller's scope disposes it.</summary>
    public Tensor In(Tensor block) => block.narrow(0, Offset, Rows * Columns).view(Rows, Columns);
}
