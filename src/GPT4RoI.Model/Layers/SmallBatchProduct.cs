using GPT4RoI.Model.Language;
using GPT4RoI.Model.Native;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Layers;

/// <summary>
/// x·Wᵀ for a few rows of x, in C# for float32 on the CPU: what a decode step spends its time on. With so few rows it takes as long as reading W does,
/// and torch's products need up to twice that (<c>gpt4roi bench engine</c> prints them). W is read once, a few of its rows at a time, and every row of x
/// meets them in the cache.
/// </summary>
internal static unsafe class SmallBatchProduct
{
    // Beyond it torch's products are as fast.
    private const int MaxRows = 32;

    // Rows of W at a time, and how wide they may be for all to stay in the second-level cache.
    private const int Chunk = 8, MaxInputs = 1 << 14;

    // Multiplications below which a second thread costs more than it saves.
    private const long ParallelWork = 1 << 18;

    // Parts per thread: a thread that is held up leaves little for the others to wait for.
    private const int PartsPerThread = 4;

    /// <summary>Whether the product is one for this kernel.</summary>
    /// <param name="input">[rows, inputs].</param>
    /// <param name="weight">[outputs, inputs].</param>
    public static bool Suits(Tensor input, Tensor weight) =>
        input.shape is [> 0 and <= MaxRows, <= MaxInputs] && TensorMemory.IsFloat32OnCpu(input) && TensorMemory.IsFloat32OnCpu(weight) && weight.is_contiguous();

    /// <summary>[rows, inputs] · [outputs, inputs]ᵀ to [rows, outputs]. The caller disposes the result.</summary>
    public static Tensor Compute(Tensor input, Tensor weight)
    {
        using var scope = NewDisposeScope();
        var (rows, inputs, outputs) = ((int)input.shape[0], (int)input.shape[1], (int)weight.shape[0]);
        var result = empty([rows, outputs], ScalarType.Float32);
        float* x = TensorMemory.Float32(input.contiguous()), w = TensorMemory.Float32(weight), y = TensorMemory.Float32(result);
        var threads = (long)rows * inputs * outputs < ParallelWork ? 1 : get_num_threads();
        var chunks = (outputs + Chunk - 1) / Chunk;
        var parts = Math.Min(chunks, threads == 1 ? 1 : threads * PartsPerThread);
        if (parts == 1)
        {
            Run(0);
        }
        else
        {
            Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = threads }, Run);
        }
        return result.MoveToOuterDisposeScope();

        void Run(int part)
        {
            var last = (int)((long)chunks * (part + 1) / parts);
            for (var chunk = (int)((long)chunks * part / parts); chunk < last; chunk++)
            {
                var first = chunk * Chunk;
                VectorMath.Dots(x, rows, inputs, w + (long)first * inputs, Math.Min(Chunk, outputs - first), inputs, y + first, outputs);
            }
        }
    }
}
