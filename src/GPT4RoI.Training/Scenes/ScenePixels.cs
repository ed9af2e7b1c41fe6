using GPT4RoI.Model.Vision;
using SkiaSharp;

namespace GPT4RoI.Training.Scenes;

/// <summary>Between three bytes per pixel and Skia's four.</summary>
internal static class ScenePixels
{
    /// <summary>The picture as Skia draws it; the caller disposes it.</summary>
    public static SKImage ToImage(DecodedImage image)
    {
        using var bitmap = ToBitmap(image.Rgb.Span, image.Width, image.Height);
        return SKImage.FromBitmap(bitmap);
    }

    /// <summary>The picture in a bitmap; the caller disposes it.</summary>
    public static SKBitmap ToBitmap(ReadOnlySpan<byte> rgb, int width, int height)
    {
        var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var pixels = bitmap.GetPixelSpan();
        for (var (from, to) = (0, 0); to < pixels.Length; from += 3, to += 4)
        {
            (pixels[to], pixels[to + 1], pixels[to + 2], pixels[to + 3]) = (rgb[from], rgb[from + 1], rgb[from + 2], 255);
        }

        return bitmap;
    }
}
