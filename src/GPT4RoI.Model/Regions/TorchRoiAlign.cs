using GPT4RoI.Model.Native;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Regions;

/// <summary>RoIAlign in torch operations, for any device and dtype: the reference. Coordinates are float32 whatever the map's dtype.</summary>
public sealed class TorchRoiAlign : IRoiAlign
{
    /// <inheritdoc/>
    public Tensor Forward(Tensor map, Tensor boxes, RoiAlignOptions options)
    {
        using var scope = NewDisposeScope();
        var (height, width) = (map.shape[2], map.shape[3]);
        var images = boxes.select(1, 0).ToArray<long>(ScalarType.Int64);
        if (Array.Exists(images, image => image < 0 || image >= map.shape[0]))
        {
            throw new ArgumentException($"A box names an image outside the batch of {map.shape[0]}.", nameof(boxes));
        }
        var result = empty([images.Length, map.shape[1], options.Height, options.Width], map.dtype, map.device);
        for (var region = 0; region < images.Length; region++)
        {
            using var inner = NewDisposeScope();
            var plane = map[images[region]].flatten(1); // [channels, height·width]
            var box = boxes[region];
            var y = Axis(box[2], box[4], height, options.Height, options);
            var x = Axis(box[1], box[3], width, options.Width, options);
            // Each axis has two taps per sample; a sample is the weighted sum over the four pairs.
            var bins = zeros([map.shape[1], options.Height, options.Width], map.dtype, map.device);
            foreach (var (row, rowWeight) in y.Taps)
            {
                foreach (var (column, columnWeight) in x.Taps)
                {
                    var index = row.unsqueeze(1).Times(width).Plus(column).flatten(); // [samplesY·samplesX]
                    var weight = rowWeight.unsqueeze(1) * columnWeight; // [samplesY, samplesX]
                    var sampled = plane.index_select(1, index).unflatten(1, weight.shape[0], weight.shape[1]) * weight.to(map.dtype);
                    bins.PlusInPlace(sampled.reshape(map.shape[1], options.Height, y.Samples, options.Width, x.Samples).sum([2, 4])); // [channels, binsY, binsX]
                }
            }
            result[region].copy_(bins.OverInPlace(Math.Max(1, y.Samples * x.Samples)));
        }
        return result.MoveToOuterDisposeScope();
    }

    private static (int Samples, (Tensor Index, Tensor Weight)[] Taps) Axis(Tensor start, Tensor end, long size, int bins, RoiAlignOptions options)
    {
        var offset = options.Aligned ? 0.5f : 0f;
        var first = start.Times(options.SpatialScale).Plus(-offset);
        var length = end.Times(options.SpatialScale).Plus(-offset) - first;
        length = options.Aligned ? length : length.AtLeast(1);
        var bin = length.Over(bins);
        var samples = options.SamplingRatio > 0 ? options.SamplingRatio : (int)Math.Ceiling(bin.item<float>());
        var inBin = (Arithmetic.Range(samples, ScalarType.Float32, start.device).Plus(0.5) * bin).OverInPlace(samples);
        var position = (Arithmetic.Range(bins, ScalarType.Float32, start.device) * bin).Plus(first).unsqueeze(1).Plus(inBin).flatten(); // [bins·samples]
        var inside = position.IsWithin(-1, size);
        var clamped = position.AtLeast(0);
        var low = clamped.floor().AtMost(size - 1);
        var fraction = (clamped - low).mul_(low.IsBelow(size - 1)); // behind the last pixel's centre its value holds
        var high = low.Plus(1).AtMost(size - 1);
        return (samples,
            [(low.to(ScalarType.Int64), fraction.neg().Plus(1) * inside), (high.to(ScalarType.Int64), fraction * inside)]);
    }
}
