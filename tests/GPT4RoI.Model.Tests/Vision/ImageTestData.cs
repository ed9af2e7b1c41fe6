using GPT4RoI.Model.Vision;

namespace GPT4RoI.Model.Tests.Vision;

/// <summary>Images, and the two resizing steps written out directly from their definitions, slow and without any sharing.</summary>
internal static class ImageTestData
{
    public static DecodedImage Noise(int width, int height, int seed)
    {
        var rgb = new byte[width * height * 3];
        new Random(seed).NextBytes(rgb);
        return new DecodedImage(width, height, rgb);
    }

    public static float MaxDifference(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var worst = 0f;
        for (var index = 0; index < expected.Length; index++)
        {
            worst = Math.Max(worst, Math.Abs(expected[index] - actual[index]));
        }

        return worst;
    }

    /// <summary>Pillow's bicubic: each output pixel from its own sum over the whole line.</summary>
    public static byte[] PlainResize(DecodedImage image, int width, int height)
    {
        var rgb = image.Rgb.Span;
        var narrow = new byte[image.Height * width * 3];
        for (var index = 0; index < narrow.Length; index++)
        {
            narrow[index] = Sum(rgb[(index / (width * 3) * image.Width * 3)..], 3, index % 3, image.Width, width, index / 3 % width);
        }

        var result = new byte[height * width * 3];
        for (var index = 0; index < result.Length; index++)
        {
            result[index] = Sum(narrow, width * 3, index % (width * 3), image.Height, height, index / (width * 3));
        }

        return result;
    }

    /// <summary>Normalises in float64, then bilinear without antialiasing in both directions.</summary>
    public static float[] PlainSqueeze(DecodedImage image, int size, double[] mean, double[] deviation)
    {
        var result = new float[3 * size * size];
        for (var index = 0; index < result.Length; index++)
        {
            var (channel, y, x) = (index / (size * size), index / size % size, index % size);
            var (sourceY, sourceX) = (Place(y, image.Height, size), Place(x, image.Width, size));
            var value = 0.0;
            foreach (var (row, rowWeight) in Neighbours(sourceY, image.Height))
            {
                foreach (var (column, columnWeight) in Neighbours(sourceX, image.Width))
                {
                    var pixel = image.Rgb.Span[(((row * image.Width) + column) * 3) + channel] / 255.0;
                    value += rowWeight * columnWeight * (pixel - mean[channel]) / deviation[channel];
                }
            }

            result[index] = (float)value;
        }

        return result;
    }

    private static byte Sum(ReadOnlySpan<byte> line, int step, int offset, int input, int output, int at)
    {
        var scale = (double)input / output;
        var filter = Math.Max(scale, 1);
        var center = (at + 0.5) * scale;
        var weights = Enumerable.Range(0, input)
            .Select(x => x >= (int)(center - (2 * filter) + 0.5) && x < (int)(center + (2 * filter) + 0.5) ? Cubic((x - center + 0.5) * (1 / filter)) : 0).ToArray();
        var total = weights.Sum();
        long sum = 1 << 21;
        for (var x = 0; x < input; x++)
        {
            var weight = weights[x] / total * (1 << 22);
            sum += line[(x * step) + offset] * (long)Math.Truncate(weight + (weight < 0 ? -0.5 : 0.5));
        }

        return (byte)Math.Clamp(sum >> 22, 0, 255);
    }

    private static double Cubic(double x)
    {
        x = Math.Abs(x);
        return x < 1 ? (((1.5 * x) - 2.5) * x * x) + 1 : x < 2 ? (((((x - 5) * x) + 8) * x) - 4) * -0.5 : 0;
    }

    private static double Place(int at, int input, int output) => Math.Max(0, ((at + 0.5) * input / output) - 0.5);

    private static (int At, double Weight)[] Neighbours(double place, int length)
    {
        var first = Math.Min((int)place, length - 1);
        return [(first, 1 - (place - first)), (Math.Min(first + 1, length - 1), place - first)];
    }
}
