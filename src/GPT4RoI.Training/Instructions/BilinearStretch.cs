using GPT4RoI.Model.Vision;

namespace GPT4RoI.Training.Instructions;

/// <summary>
/// Resizes straight to a square, whatever the aspect ratio, as OpenCV's <c>resize</c> with <c>INTER_LINEAR</c> does on bytes: two neighbours per
/// axis without antialiasing, weights in 11 bits, the sums cut to the bits that its integer arithmetic keeps.
/// </summary>
internal static class BilinearStretch
{
    private const int Channels = 3;
    private const int One = 1 << 11;

    public static DecodedSquare Resize(DecodedImage image, int side)
    {
        var result = new DecodedSquare(side);
        var (columns, rows) = (Taps(image.Width, side), Taps(image.Height, side));
        var bytes = image.Rgb.Span;
        for (var y = 0; y < side; y++)
        {
            var (top, bottom) = (rows[y].First * image.Width * Channels, rows[y].Second * image.Width * Channels);
            for (var x = 0; x < side; x++)
            {
                var pixel = result[x, y];
                var column = columns[x];
                for (var channel = 0; channel < Channels; channel++)
                {
                    var upper = Across(bytes[(top + channel)..], column);
                    var lower = Across(bytes[(bottom + channel)..], column);
                    pixel[channel] = (byte)(((((One - rows[y].Weight) * (upper >> 4)) >> 16) + ((rows[y].Weight * (lower >> 4)) >> 16) + 2) >> 2);
                }
            }
        }

        return result;
    }

    private static int Across(ReadOnlySpan<byte> row, Tap column) =>
        (row[column.First * Channels] * (One - column.Weight)) + (row[column.Second * Channels] * column.Weight);

    // Where each output pixel's centre falls between two input pixels; at the edges both are the same.
    private static Tap[] Taps(int input, int output)
    {
        var taps = new Tap[output];
        var scale = 1.0 / ((double)output / input);
        for (var index = 0; index < output; index++)
        {
            var place = (float)(((index + 0.5) * scale) - 0.5);
            var first = (int)MathF.Floor(place);
            var weight = (int)MathF.Round((place - first) * One, MidpointRounding.ToEven);
            taps[index] = new Tap(Math.Clamp(first, 0, input - 1), Math.Clamp(first + 1, 0, input - 1), weight);
        }

        return taps;
    }

    // Weight of the second.
    private readonly record struct Tap(int First, int Second, int Weight);
}
