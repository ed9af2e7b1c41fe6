using System.Runtime.Intrinsics;
using GPT4RoI.Model.Native;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Regions;

/// <summary>
/// RoIAlign in C# on float32 CPU tensors as they lie (no channels-last copy). Per channel and row of bins it first sums the sampled rows, vectorised along
/// x, then gathers columns from that one row: a box's taps are computed once and serve all channels.
/// </summary>
/// <param name="threads">Threads at most.</param>
public sealed unsafe class CpuRoiAlign(int threads) : IRoiAlign
{
    private const int ChannelsPerItem = 64;

    private readonly ParallelOptions _parallel = new() { MaxDegreeOfParallelism = threads };

    /// <inheritdoc/>
    public Tensor Forward(Tensor map, Tensor boxes, RoiAlignOptions options)
    {
        using var scope = NewDisposeScope();
        var source = map.contiguous(); // [batch, channels, height, width]
        var corners = boxes.ToArray<float>(ScalarType.Float32);
        var (regions, channels, height, width) = ((int)boxes.shape[0], (int)map.shape[1], (int)map.shape[2], (int)map.shape[3]);
        var result = empty([regions, channels, options.Height, options.Width], ScalarType.Float32);
        var input = TensorMemory.Float32(source);
        var output = TensorMemory.Float32(result);
        var taps = new (AxisTaps Y, AxisTaps X, int Image)[regions];
        for (var region = 0; region < regions; region++)
        {
            var box = corners.AsSpan(region * 5, 5);
            taps[region] = (new(), new(), Image(box[0], map.shape[0]));
            taps[region].Y.Set(box[2], box[4], height, options.Height, options);
            taps[region].X.Set(box[1], box[3], width, options.Width, options);
        }
        var parts = (channels + ChannelsPerItem - 1) / ChannelsPerItem;
        Parallel.For(0, regions * parts, _parallel, item =>
        {
            var (region, part) = (item / parts, item % parts);
            var (y, x, image) = taps[region];
            var row = new float[width];
            for (var channel = part * ChannelsPerItem; channel < Math.Min(channels, (part + 1) * ChannelsPerItem); channel++)
            {
                var plane = input + ((long)image * channels + channel) * height * width;
                var bins = output + ((long)region * channels + channel) * options.Height * options.Width;
                fixed (float* sums = row)
                {
                    Pool(plane, width, y, x, sums, bins, options);
                }
            }
        });
        return result.MoveToOuterDisposeScope();
    }

    private static int Image(float index, long batch) => index >= 0 && index < batch
        ? (int)index
        : throw new ArgumentException($"A box names image {index} of a batch of {batch}.");

    private static void Pool(float* plane, int width, AxisTaps y, AxisTaps x, float* row, float* bins, RoiAlignOptions options)
    {
        for (var binY = 0; binY < options.Height; binY++)
        {
            SumRows(plane, width, y.Index(binY), y.Weight(binY), x.First, x.Last, row);
            for (var binX = 0; binX < options.Width; binX++)
            {
                var index = x.Index(binX);
                var weight = x.Weight(binX);
                var sum = 0f;
                for (var tap = 0; tap < index.Length; tap++)
                {
                    // A weight of zero may stand for a position that SumRows has not written.
                    sum += weight[tap] == 0 ? 0 : weight[tap] * row[index[tap]];
                }
                *bins++ = sum;
            }
        }
    }

    // row[first..last] = the weighted sum of the plane's rows
    private static void SumRows(float* plane, int width, ReadOnlySpan<int> index, ReadOnlySpan<float> weight, int first, int last, float* row)
    {
        var column = first;
        for (; column + Vector256<float>.Count <= last + 1; column += Vector256<float>.Count)
        {
            var sum = Vector256<float>.Zero;
            for (var tap = 0; tap < index.Length; tap++)
            {
                sum += Vector256.Load(plane + index[tap] * width + column) * weight[tap];
            }
            sum.Store(row + column);
        }
        for (; column <= last; column++)
        {
            var sum = 0f;
            for (var tap = 0; tap < index.Length; tap++)
            {
                sum += plane[index[tap] * width + column] * weight[tap];
            }
            row[column] = sum;
        }
    }
}
