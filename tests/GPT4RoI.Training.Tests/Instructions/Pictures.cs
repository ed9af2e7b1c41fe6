using GPT4RoI.Model.Vision;
using SkiaSharp;

namespace GPT4RoI.Training.Tests.Instructions;

/// <summary>Pictures made for tests.</summary>
internal static class Pictures
{
    /// <summary>Leaves values at 0..1.</summary>
    public static ImagePreprocessor Plain { get; } = new(224, [0, 0, 0], [1, 1, 1]);

    /// <summary>A white rectangle on black.</summary>
    public static void WriteRectangle(string path, int width, int height, (int X1, int Y1, int X2, int Y2) white)
    {
        using var bitmap = new SKBitmap(width, height);
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint { Color = SKColors.White };
        canvas.Clear(SKColors.Black);
        canvas.DrawRect(SKRect.Create(white.X1, white.Y1, white.X2 - white.X1, white.Y2 - white.Y1), paint);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        File.WriteAllBytes(path, data.ToArray());
    }

    /// <summary>Where the first channel is above one half: left, top, right, bottom; the last two exclusive.</summary>
    public static (int X1, int Y1, int X2, int Y2) Bounds(float[] values, int side)
    {
        var white = Enumerable.Range(0, side * side).Where(pixel => values[pixel] > 0.5f).Select(pixel => (X: pixel % side, Y: pixel / side)).ToArray();
        return (white.Min(at => at.X), white.Min(at => at.Y), white.Max(at => at.X) + 1, white.Max(at => at.Y) + 1);
    }
}
