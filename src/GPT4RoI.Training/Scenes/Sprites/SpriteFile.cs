using SkiaSharp;

namespace GPT4RoI.Training.Scenes.Sprites;

/// <summary>Reads one PNG as a sprite's picture.</summary>
internal static class SpriteFile
{
    // Larger files are scaled down once, when they are loaded; scenes draw sprites at less than this.
    private const int LongestSide = 144;
    private const int MostPixels = 4096 * 4096;
    private const byte Visible = 16;

    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is no PNG, too large, or nothing of it is visible.</exception>
    public static SKImage Read(string path)
    {
        using var data = SKData.CreateCopy(File.ReadAllBytes(path));
        using var codec = SKCodec.Create(data);
        if (codec is null || codec.EncodedFormat != SKEncodedImageFormat.Png)
        {
            throw new InvalidDataException($"{path} is not a PNG.");
        }

        if ((long)codec.Info.Width * codec.Info.Height > MostPixels)
        {
            throw new InvalidDataException($"{path} is {codec.Info.Width}×{codec.Info.Height}: a sprite has at most {MostPixels:N0} pixels.");
        }

        using var bitmap = SKBitmap.Decode(codec, new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Premul))
            ?? throw new InvalidDataException($"{path} cannot be decoded.");
        var bounds = VisibleBounds(bitmap);
        if (bounds.Width <= 0)
        {
            throw new InvalidDataException($"Nothing in {path} is visible.");
        }

        return Copy(bitmap, bounds);
    }

    private static SKImage Copy(SKBitmap bitmap, SKRectI bounds)
    {
        var scale = Math.Min(1f, (float)LongestSide / Math.Max(bounds.Width, bounds.Height));
        var info = new SKImageInfo(
            Math.Max(1, (int)MathF.Round(bounds.Width * scale)), Math.Max(1, (int)MathF.Round(bounds.Height * scale)), SKColorType.Rgba8888, SKAlphaType.Premul);
        using var whole = SKImage.FromBitmap(bitmap);
        using var surface = SKSurface.Create(info);
        surface.Canvas.DrawImage(
            whole, bounds, new SKRect(0, 0, info.Width, info.Height), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        return surface.Snapshot();
    }

    private static SKRectI VisibleBounds(SKBitmap bitmap)
    {
        var pixels = bitmap.GetPixelSpan();
        var bounds = new SKRectI(bitmap.Width, bitmap.Height, 0, 0);
        for (var y = 0; y < bitmap.Height; y++)
        {
            for (var x = 0; x < bitmap.Width; x++)
            {
                if (pixels[(y * bitmap.RowBytes) + (x * 4) + 3] > Visible)
                {
                    bounds = new SKRectI(Math.Min(bounds.Left, x), Math.Min(bounds.Top, y), Math.Max(bounds.Right, x + 1), Math.Max(bounds.Bottom, y + 1));
                }
            }
        }

        return bounds;
    }
}
