using System.Text.Json;
using GPT4RoI.Model.Weights;

namespace GPT4RoI.Model.Vision;

/// <summary>
/// An image as the CLIP tower takes it (<c>gpt4roi/app.py</c>): the shorter side is resized to S by Pillow's bicubic filter on bytes, the values are
/// normalised, then the longer side is squeezed to S by plain bilinear interpolation without antialiasing. Of the first step only the pixels that the
/// second one reads are computed, so memory does not grow with the aspect ratio. Thread-safe.
/// </summary>
public sealed class ImagePreprocessor
{
    private const int Channels = 3;
    private static readonly float[] ClipMean = [0.48145466f, 0.4578275f, 0.40821073f];
    private static readonly float[] ClipDeviation = [0.26862954f, 0.26130258f, 0.27577711f];

    private readonly int _size;

    // Normalised value by channel and byte.
    private readonly float[] _normalised = new float[Channels * 256];

    /// <param name="size">S: side of the result.</param>
    /// <param name="mean">Per channel, of values 0..1.</param>
    /// <param name="deviation">Per channel.</param>
    public ImagePreprocessor(int size, ReadOnlySpan<float> mean, ReadOnlySpan<float> deviation)
    {
        _size = size;
        for (var index = 0; index < _normalised.Length; index++)
        {
            var value = (float)(index % 256 * (1.0 / 255.0));
            _normalised[index] = (value - mean[index / 256]) / deviation[index / 256];
        }
    }

    /// <summary>Reads <c>preprocessor_config.json</c> of a CLIP checkpoint; CLIP's own constants where it has none.</summary>
    /// <param name="visionTower">Folder of the CLIP checkpoint.</param>
    /// <param name="size">The vision tower's image size.</param>
    /// <exception cref="WeightsException">The file is broken.</exception>
    public static ImagePreprocessor Load(string visionTower, int size)
    {
        var path = Path.Combine(visionTower, "preprocessor_config.json");
        try
        {
            using var config = JsonDocument.Parse(File.Exists(path) ? File.ReadAllBytes(path) : "{}"u8.ToArray());
            return new ImagePreprocessor(size, Constants(config, "image_mean", ClipMean), Constants(config, "image_std", ClipDeviation));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new WeightsException($"{path}: {exception.Message}", exception);
        }
    }

    /// <summary>S: side of the result.</summary>
    public int Size => _size;

    /// <summary>The tower's input, from an image that has its size already.</summary>
    /// <param name="image">S × S pixels.</param>
    /// <returns>float32 [3, S, S], row-major.</returns>
    /// <exception cref="ArgumentException">The image has another size.</exception>
    public float[] Normalise(DecodedImage image)
    {
        if (image.Width != _size || image.Height != _size)
        {
            throw new ArgumentException($"The image has {image.Width} x {image.Height} pixels, not {_size} x {_size}.", nameof(image));
        }

        var bytes = image.Rgb.Span;
        var plane = _size * _size;
        var result = new float[Channels * plane];
        for (var index = 0; index < result.Length; index++)
        {
            var (channel, pixel) = (index / plane, index % plane);
            result[index] = _normalised[(channel * 256) + bytes[(pixel * Channels) + channel]];
        }

        return result;
    }

    /// <summary>The tower's input.</summary>
    /// <returns>float32 [3, S, S], row-major.</returns>
    public float[] Preprocess(DecodedImage image)
    {
        var wide = image.Width >= image.Height;
        var longSide = LongSide(image);
        var taps = ImageSqueeze.Create(longSide, _size);
        var columns = wide ? taps.Positions : All(_size);
        var rows = wide ? All(_size) : taps.Positions;
        var bytes = Resize(image, longSide, columns, rows);

        var result = new float[Channels * _size * _size];
        var index = 0;
        for (var channel = 0; channel < Channels; channel++)
        {
            var values = _normalised.AsSpan(channel * 256, 256);
            for (var y = 0; y < _size; y++)
            {
                for (var x = 0; x < _size; x++)
                {
                    var tap = taps[wide ? x : y];
                    var first = wide ? (y * columns.Count) + tap.First : (tap.First * columns.Count) + x;
                    var second = wide ? (y * columns.Count) + tap.Second : (tap.Second * columns.Count) + x;
                    result[index++] = (tap.FirstWeight * values[bytes[(first * Channels) + channel]])
                        + (tap.SecondWeight * values[bytes[(second * Channels) + channel]]);
                }
            }
        }

        return result;
    }

    /// <summary>The first step alone, whole: what <see cref="Preprocess"/> reads parts of. For verification; memory grows with the aspect ratio.</summary>
    /// <exception cref="ArgumentException">The result would not fit into an array.</exception>
    public DecodedImage ResizeShorterSide(DecodedImage image)
    {
        var longSide = LongSide(image);
        if (longSide * _size * Channels > Array.MaxLength)
        {
            throw new ArgumentException($"An image of {image.Width} x {image.Height} would be {longSide} pixels long.", nameof(image));
        }

        var (width, height) = image.Width >= image.Height ? ((int)longSide, _size) : (_size, (int)longSide);
        return new DecodedImage(width, height, Resize(image, longSide, All(width), All(height)));
    }

    private static float[] Constants(JsonDocument config, string name, float[] otherwise)
    {
        float[] values = config.RootElement.TryGetProperty(name, out var value) ? [.. value.EnumerateArray().Select(number => number.GetSingle())] : otherwise;
        return values.Length == Channels ? values : throw new FormatException($"{name} holds {values.Length} numbers, not {Channels}.");
    }

    private static IReadOnlyList<long> All(int count) => [.. Enumerable.Range(0, count).Select(position => (long)position)];

    private long LongSide(DecodedImage image)
    {
        var (shortSide, longSide) = (Math.Min(image.Width, image.Height), Math.Max(image.Width, image.Height));
        return (long)((double)((long)_size * longSide) / shortSide);
    }

    private byte[] Resize(DecodedImage image, long longSide, IReadOnlyList<long> columns, IReadOnlyList<long> rows)
    {
        var (width, height) = image.Width >= image.Height ? (longSide, (long)_size) : (_size, longSide);
        return ImageResampler.Resize(
            image, ImageResampleAxis.Create(image.Width, width, columns), ImageResampleAxis.Create(image.Height, height, rows));
    }
}
