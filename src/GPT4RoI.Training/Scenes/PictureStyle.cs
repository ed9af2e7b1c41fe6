using SkiaSharp;

namespace GPT4RoI.Training.Scenes;

/// <summary>What cameras and files do to a whole picture: light, blur, noise, compression. Training only.</summary>
internal static class PictureStyle
{
    /// <summary>Alters the picture in place.</summary>
    /// <param name="rgb">Row-major [size, size, 3].</param>
    /// <param name="size">Side in pixels.</param>
    /// <param name="strength">0..1.</param>
    /// <param name="random">Decides what is done.</param>
    public static void Apply(byte[] rgb, int size, float strength, Random random)
    {
        if (random.NextSingle() < 0.5f * strength)
        {
            Light(rgb, 1 + (((random.NextSingle() * 2) - 1) * 0.3f), ((random.NextSingle() * 2) - 1) * 25);
        }

        if (random.NextSingle() < 0.2f * strength)
        {
            Blur(rgb, size);
        }

        if (random.NextSingle() < 0.2f * strength)
        {
            Noise(rgb, 2 + random.Next(12), random);
        }

        if (random.NextSingle() < 0.15f * strength)
        {
            Compress(rgb, size, 25 + random.Next(60));
        }
    }

    private static void Light(byte[] rgb, float contrast, float brightness)
    {
        Span<byte> map = stackalloc byte[256];
        for (var value = 0; value < map.Length; value++)
        {
            map[value] = (byte)Math.Clamp(((value - 128) * contrast) + 128 + brightness, 0, 255);
        }

        for (var at = 0; at < rgb.Length; at++)
        {
            rgb[at] = map[rgb[at]];
        }
    }

    // The mean of a pixel and its neighbours; the picture's rim stays as it is.
    private static void Blur(byte[] rgb, int size)
    {
        var sharp = (byte[])rgb.Clone();
        var row = size * 3;
        for (var y = 1; y < size - 1; y++)
        {
            for (var at = (y * row) + 3; at < ((y + 1) * row) - 3; at++)
            {
                rgb[at] = (byte)((sharp[at - row - 3] + sharp[at - row] + sharp[at - row + 3] + sharp[at - 3] + sharp[at] + sharp[at + 3]
                    + sharp[at + row - 3] + sharp[at + row] + sharp[at + row + 3]) / 9);
            }
        }
    }

    private static void Noise(byte[] rgb, int amplitude, Random random)
    {
        var noise = new byte[rgb.Length];
        random.NextBytes(noise);
        for (var at = 0; at < rgb.Length; at++)
        {
            rgb[at] = (byte)Math.Clamp(rgb[at] + ((noise[at] - 128) * amplitude / 128), 0, 255);
        }
    }

    private static void Compress(byte[] rgb, int size, int quality)
    {
        using var bitmap = ScenePixels.ToBitmap(rgb, size, size);
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, quality);
        using var codec = SKCodec.Create(data);
        codec.GetPixels(bitmap.Info, bitmap.GetPixels());
        var pixels = bitmap.GetPixelSpan();
        for (var (from, to) = (0, 0); to < rgb.Length; from += 4, to += 3)
        {
            (rgb[to], rgb[to + 1], rgb[to + 2]) = (pixels[from], pixels[from + 1], pixels[from + 2]);
        }
    }
}
