using System.Runtime.Intrinsics;
using GPT4RoI.Model.Native;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Language;

/// <summary>
/// Row-wise steps of the decoder in C#, for contiguous float32 tensors on the CPU. While decoding, rows are few and a chain of torch operations
/// costs many times what it computes.
/// </summary>
internal static unsafe class RowMath
{
    private const int Lanes = 8;

    /// <summary>result = weight · hidden / √(mean(hidden²) + ε) for each row of [tokens, hidden].</summary>
    public static void RmsNorm(Tensor hidden, Tensor weight, float epsilon, Tensor result)
    {
        var source = TensorMemory.Float32(hidden);
        var factors = TensorMemory.Float32(weight);
        var target = TensorMemory.Float32(result);
        var (rows, width) = (hidden.shape[0], (int)hidden.shape[1]);
        for (var row = 0L; row < rows; row++)
        {
            RmsNorm(source + row * width, factors, epsilon, target + row * width, width);
        }
    }

    /// <summary>Rotates pairs (i, i + headDim / 2) of [tokens, heads, headDim] in place, by angles given as [tokens, 1, headDim / 2].</summary>
    public static void Rotate(Tensor vectors, Tensor cos, Tensor sin)
    {
        var (tokens, heads, half) = (vectors.shape[0], vectors.shape[1], (int)vectors.shape[2] / 2);
        var first = TensorMemory.Float32(vectors);
        var cosines = TensorMemory.Float32(cos);
        var sines = TensorMemory.Float32(sin);
        for (var token = 0L; token < tokens; token++)
        {
            for (var head = 0L; head < heads; head++, first += 2 * half)
            {
                Rotate(first, cosines + token * half, sines + token * half, half);
            }
        }
    }

    private static void RmsNorm(float* source, float* weight, float epsilon, float* target, int width)
    {
        var (sums, sum, lane) = (Vector256<float>.Zero, 0f, 0);
        for (; lane + Lanes <= width; lane += Lanes)
        {
            var values = Vector256.Load(source + lane);
            sums = Vector256.MultiplyAddEstimate(values, values, sums);
        }
        for (; lane < width; lane++)
        {
            sum += source[lane] * source[lane];
        }
        var scale = 1 / MathF.Sqrt((sum + Vector256.Sum(sums)) / width + epsilon);
        for (lane = 0; lane + Lanes <= width; lane += Lanes)
        {
            (Vector256.Load(source + lane) * scale * Vector256.Load(weight + lane)).Store(target + lane);
        }
        for (; lane < width; lane++)
        {
            target[lane] = source[lane] * scale * weight[lane];
        }
    }

    private static void Rotate(float* first, float* cos, float* sin, int half)
    {
        var second = first + half;
        var lane = 0;
        for (; lane + Lanes <= half; lane += Lanes)
        {
            var (x, y) = (Vector256.Load(first + lane), Vector256.Load(second + lane));
            var (c, s) = (Vector256.Load(cos + lane), Vector256.Load(sin + lane));
            (x * c - y * s).Store(first + lane);
            (y * c + x * s).Store(second + lane);
        }
        for (; lane < half; lane++)
        {
            var (x, y) = (first[lane], second[lane]);
            first[lane] = x * cos[lane] - y * sin[lane];
            second[lane] = y * cos[lane] + x * sin[lane];
        }
    }
}
