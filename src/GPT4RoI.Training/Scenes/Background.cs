using GPT4RoI.Model.Vision;

namespace GPT4RoI.Training.Scenes;

/// <summary>Paints what lies behind the objects: a colour, a gradient, a texture or a crop of a photograph. Nothing on it has a name.</summary>
internal static class Background
{
    /// <summary>Fills <paramref name="rgb"/>, row-major [size, size, 3].</summary>
    public static void Paint(Span<byte> rgb, int size, IReadOnlyList<DecodedImage> photos, Random random)
    {
        var kind = random.Next(photos.Count > 0 ? 10 : 8);
        if (kind >= 8)
        {
            Crop(rgb, size, photos[random.Next(photos.Count)], random);
            return;
        }

        var (from, to) = (Rgb.Random(random), Rgb.Random(random));
        var share = kind switch
        {
            0 or 1 => (_, _) => 0,
            2 or 3 => Gradient(random),
            4 => Stripes(random, 0.06f + (random.NextSingle() * 0.2f)),
            5 => Checks(random, 4 + random.Next(9)),
            6 => Blobs(random, 3 + random.Next(5)),
            _ => Blobs(random, 20 + random.Next(40)),
        };
        to = kind is 4 or 5 ? Rgb.Mix(from, to, 0.2f + (random.NextSingle() * 0.5f)) : to;
        for (var (y, at) = (0, 0); y < size; y++)
        {
            for (var x = 0; x < size; x++, at += 3)
            {
                Rgb.Mix(from, to, share((float)x / size, (float)y / size)).Write(rgb[at..]);
            }
        }
    }

    private static Func<float, float, float> Gradient(Random random)
    {
        var (sin, cos) = MathF.SinCos(random.NextSingle() * MathF.Tau);
        return (x, y) => Math.Clamp(0.5f + ((x - 0.5f) * cos) + ((y - 0.5f) * sin), 0, 1);
    }

    private static Func<float, float, float> Stripes(Random random, float period)
    {
        var (sin, cos) = MathF.SinCos(random.NextSingle() * MathF.Tau);
        return (x, y) => ((((x * cos) + (y * sin)) / period) + 100) % 1 < 0.5f ? 0 : 1;
    }

    private static Func<float, float, float> Checks(Random random, int cells)
    {
        var offset = random.NextSingle();
        return (x, y) => ((int)((x * cells) + offset) + (int)((y * cells) + offset)) % 2;
    }

    private static Func<float, float, float> Blobs(Random random, int cells)
    {
        var values = new float[(cells + 1) * (cells + 1)];
        for (var index = 0; index < values.Length; index++)
        {
            values[index] = random.NextSingle();
        }

        return (x, y) =>
        {
            var (column, row) = ((int)(x * cells), (int)(y * cells));
            var (right, down) = ((x * cells) - column, (y * cells) - row);
            var at = (row * (cells + 1)) + column;
            var upper = values[at] + ((values[at + 1] - values[at]) * right);
            var lower = values[at + cells + 1] + ((values[at + cells + 2] - values[at + cells + 1]) * right);
            return upper + ((lower - upper) * down);
        };
    }

    private static void Crop(Span<byte> rgb, int size, DecodedImage photo, Random random)
    {
        var side = Math.Min(photo.Width, photo.Height) * (0.4f + (random.NextSingle() * 0.6f));
        var (left, top) = (random.NextSingle() * (photo.Width - side), random.NextSingle() * (photo.Height - side));
        var (tint, strength) = (Rgb.Random(random), random.NextSingle() * 0.6f);
        var source = photo.Rgb.Span;
        for (var (y, at) = (0, 0); y < size; y++)
        {
            for (var x = 0; x < size; x++, at += 3)
            {
                var from = (((int)(top + (y * side / size)) * photo.Width) + (int)(left + (x * side / size))) * 3;
                Rgb.Mix(new Rgb(source[from], source[from + 1], source[from + 2]), tint, strength).Write(rgb[at..]);
            }
        }
    }
}
