using SkiaSharp;

namespace GPT4RoI.Training;

/// <summary>A picture of the losses: every step pale, their running mean on top, axes by their ends.</summary>
internal static class LossCurve
{
    private const int Width = 900, Height = 500, Margin = 50;
    private const double Smoothing = 0.97;

    /// <summary>Writes a PNG.</summary>
    public static void Write(string path, IReadOnlyList<double> losses)
    {
        using var surface = SKSurface.Create(new SKImageInfo(Width, Height));
        var canvas = surface.Canvas;
        canvas.Clear(SKColors.White);
        var top = Math.Max(losses.Max(), 1e-6);
        Draw(canvas, losses, top, SKColors.LightSteelBlue);
        Draw(canvas, [.. Smooth(losses)], top, SKColors.DarkBlue);
        using var ink = new SKPaint { Color = SKColors.Black, IsAntialias = true };
        using var font = new SKFont { Size = 14 };
        canvas.DrawLine(Margin, Margin, Margin, Height - Margin, ink);
        canvas.DrawLine(Margin, Height - Margin, Width - Margin, Height - Margin, ink);
        canvas.DrawText(FormattableString.Invariant($"loss {top:0.###}"), Margin, Margin - 10, SKTextAlign.Left, font, ink);
        canvas.DrawText(FormattableString.Invariant($"0, last {losses[^1]:0.####}"), Margin, Height - Margin + 20, SKTextAlign.Left, font, ink);
        canvas.DrawText($"step {losses.Count}", Width - Margin, Height - Margin + 20, SKTextAlign.Right, font, ink);
        using var image = surface.Snapshot();
        using var png = image.Encode(SKEncodedImageFormat.Png, 100);
        using var file = File.Create(path);
        png.SaveTo(file);
    }

    private static void Draw(SKCanvas canvas, IReadOnlyList<double> losses, double top, SKColor color)
    {
        using var builder = new SKPathBuilder();
        for (var index = 0; index < losses.Count; index++)
        {
            var x = Margin + ((float)index / Math.Max(1, losses.Count - 1) * (Width - (2 * Margin)));
            var y = Height - Margin - ((float)(losses[index] / top) * (Height - (2 * Margin)));
            if (index == 0)
            {
                builder.MoveTo(x, y);
            }
            else
            {
                builder.LineTo(x, y);
            }
        }
        using var paint = new SKPaint { Color = color, IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = 1.5f };
        using var path = builder.Detach();
        canvas.DrawPath(path, paint);
    }

    private static IEnumerable<double> Smooth(IEnumerable<double> losses)
    {
        double mean = 0, weight = 0;
        foreach (var loss in losses)
        {
            mean = (Smoothing * mean) + ((1 - Smoothing) * loss);
            weight = (Smoothing * weight) + (1 - Smoothing);
            yield return mean / weight;
        }
    }
}
