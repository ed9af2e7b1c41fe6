using System.Numerics;

namespace GPT4RoI.Training.Modules;

/// <summary>
/// Group normalisation followed by ReLU (Wu and He, arXiv 1803.08494), with its gradient, for one image whose channels lie side by side. Reads the map twice
/// in either direction. torch's own CPU kernel for this layout is several times slower backwards.
/// </summary>
internal readonly ref struct GroupNormKernel(int channels, int groups, double epsilon, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias)
{
    private const int BlockRows = 64; // rows summed in float32 before they are added in float64

    private readonly ReadOnlySpan<float> _weight = weight, _bias = bias;

    /// <summary>Normalises [positions, channels] into <paramref name="output"/>; writes each group's mean and reciprocal deviation.</summary>
    public void Forward(ReadOnlySpan<float> input, Span<float> output, Span<float> means, Span<float> scales)
    {
        Span<double> sums = stackalloc double[channels], squares = stackalloc double[channels];
        Sum(input, input, input, masked: false, sums, squares);
        Span<float> factor = stackalloc float[channels], offset = stackalloc float[channels];
        var (width, count) = (channels / groups, (double)input.Length / groups);
        for (var group = 0; group < groups; group++)
        {
            var mean = Total(sums, group, width) / count;
            var variance = Math.Max(0, (Total(squares, group, width) / count) - (mean * mean));
            var scale = 1 / Math.Sqrt(variance + epsilon);
            (means[group], scales[group]) = ((float)mean, (float)scale);
            for (var channel = group * width; channel < (group + 1) * width; channel++)
            {
                factor[channel] = (float)(scale * _weight[channel]);
                offset[channel] = (float)(_bias[channel] - (mean * scale * _weight[channel]));
            }
        }
        for (var row = 0; row < input.Length; row += channels)
        {
            Normalise(input.Slice(row, channels), output.Slice(row, channels), factor, offset);
        }
    }

    /// <summary>The gradients of input, weight and bias from that of the output; the last two are added to.</summary>
    public void Backward(
        ReadOnlySpan<float> input, ReadOnlySpan<float> output, ReadOnlySpan<float> gradient, ReadOnlySpan<float> means, ReadOnlySpan<float> scales,
        Span<float> inputGradient, Span<double> weightGradient, Span<double> biasGradient)
    {
        Span<double> sums = stackalloc double[channels], products = stackalloc double[channels];
        Sum(gradient, input, output, masked: true, sums, products);
        Span<float> own = stackalloc float[channels], slope = stackalloc float[channels], level = stackalloc float[channels];
        var (width, count) = (channels / groups, (double)input.Length / groups);
        for (var group = 0; group < groups; group++)
        {
            double mean = means[group], scale = scales[group], weighted = 0, weightedProduct = 0;
            for (var channel = group * width; channel < (group + 1) * width; channel++)
            {
                biasGradient[channel] += sums[channel];
                weightGradient[channel] += scale * (products[channel] - (mean * sums[channel]));
                weighted += _weight[channel] * sums[channel];
                weightedProduct += _weight[channel] * products[channel];
            }
            var ofInput = ((weighted * mean) - weightedProduct) * scale * scale * scale / count;
            for (var channel = group * width; channel < (group + 1) * width; channel++)
            {
                own[channel] = (float)(scale * _weight[channel]);
                slope[channel] = (float)ofInput;
                level[channel] = (float)(-(ofInput * mean) - (weighted * scale / count));
            }
        }
        for (var row = 0; row < input.Length; row += channels)
        {
            Combine(
                input.Slice(row, channels), output.Slice(row, channels), gradient.Slice(row, channels), own, slope, level, inputGradient.Slice(row, channels));
        }
    }

    // Per channel: the sum of the values, and of their products with the factors; where masked, only at positions with an output above zero.
    private void Sum(
        ReadOnlySpan<float> values, ReadOnlySpan<float> factors, ReadOnlySpan<float> outputs, bool masked, Span<double> sums, Span<double> products)
    {
        Span<float> sum = stackalloc float[channels], product = stackalloc float[channels];
        for (var block = 0; block < values.Length; block += BlockRows * channels)
        {
            sum.Clear();
            product.Clear();
            var end = Math.Min(values.Length, block + (BlockRows * channels));
            for (var row = block; row < end; row += channels)
            {
                AddRow(values.Slice(row, channels), factors.Slice(row, channels), outputs.Slice(row, channels), masked, sum, product);
            }
            for (var channel = 0; channel < channels; channel++)
            {
                sums[channel] += sum[channel];
                products[channel] += product[channel];
            }
        }
    }

    private static void AddRow(
        ReadOnlySpan<float> values, ReadOnlySpan<float> factors, ReadOnlySpan<float> outputs, bool masked, Span<float> sum, Span<float> product)
    {
        var channel = 0;
        for (; channel <= values.Length - Vector<float>.Count; channel += Vector<float>.Count)
        {
            var value = new Vector<float>(values[channel..]);
            if (masked)
            {
                value = Masked(value, new(outputs[channel..]));
            }
            (new Vector<float>(sum[channel..]) + value).CopyTo(sum[channel..]);
            (new Vector<float>(product[channel..]) + (value * new Vector<float>(factors[channel..]))).CopyTo(product[channel..]);
        }
        for (; channel < values.Length; channel++)
        {
            var value = masked && !(outputs[channel] > 0) ? 0 : values[channel];
            sum[channel] += value;
            product[channel] += value * factors[channel];
        }
    }

    private static void Normalise(ReadOnlySpan<float> input, Span<float> output, ReadOnlySpan<float> factor, ReadOnlySpan<float> offset)
    {
        var channel = 0;
        for (; channel <= input.Length - Vector<float>.Count; channel += Vector<float>.Count)
        {
            var value = (new Vector<float>(input[channel..]) * new Vector<float>(factor[channel..])) + new Vector<float>(offset[channel..]);
            Vector.Max(value, Vector<float>.Zero).CopyTo(output[channel..]);
        }
        for (; channel < input.Length; channel++)
        {
            output[channel] = Math.Max((input[channel] * factor[channel]) + offset[channel], 0);
        }
    }

    private static void Combine(
        ReadOnlySpan<float> input, ReadOnlySpan<float> output, ReadOnlySpan<float> gradient,
        ReadOnlySpan<float> own, ReadOnlySpan<float> slope, ReadOnlySpan<float> level, Span<float> result)
    {
        var channel = 0;
        for (; channel <= input.Length - Vector<float>.Count; channel += Vector<float>.Count)
        {
            var passed = Masked(new(gradient[channel..]), new(output[channel..]));
            var value = (passed * new Vector<float>(own[channel..])) + (new Vector<float>(input[channel..]) * new Vector<float>(slope[channel..]));
            (value + new Vector<float>(level[channel..])).CopyTo(result[channel..]);
        }
        for (; channel < input.Length; channel++)
        {
            var passed = output[channel] > 0 ? gradient[channel] : 0;
            result[channel] = (passed * own[channel]) + (input[channel] * slope[channel]) + level[channel];
        }
    }

    private static Vector<float> Masked(Vector<float> gradient, Vector<float> output) =>
        Vector.ConditionalSelect(Vector.GreaterThan(output, Vector<float>.Zero), gradient, Vector<float>.Zero);

    private static double Total(ReadOnlySpan<double> values, int group, int width)
    {
        double total = 0;
        foreach (var value in values.Slice(group * width, width))
        {
            total += value;
        }
        return total;
    }
}
