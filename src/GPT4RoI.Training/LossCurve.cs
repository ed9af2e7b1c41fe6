using SkiaSharp;

namespace GPT4RoI.Training;

/// <summary>
/// A picture of the losses: every step pale, their running mean on top, a grey line at every whole number. It has no letters: there may be no font.
/// </summary>
internal static class LossCurve
{
    private const int Width = 900, Height = 500, Margin = 20, MostLines = 20;
    private const double Smoothing = 0.97;

    /// <summary>Writes a PNG.</summary>
    public static void Write(string path, IReadOnlyList<double> losses)
    {
        using var surface = SKSurface.Create(new SKImageInfo(Width, Height));
        var canvas = surface.Canvas;
        canvas.Clear(SKColors.White);
        var top = Math.Max(losses.Max(), 1e-6);
        using var grid = new SKPaint { Color = SKColors.LightGray };
        for (var loss = 1; loss < top && top < MostLines; loss++)
        {
            canvas.DrawLine(Margin, Y(loss, top), Width - Margin, Y(loss, top), grid);
        }
        Draw(canvas, losses, top, SKColors.LightSteelBlue);
        Draw(canvas, [.. Smooth(losses)], top, SKColors.DarkBlue);
        using var ink = new SKPaint { Color = SKColors.Black };
        canvas.DrawLine(Margin, Margin, Margin, Height - Margin, ink);
        canvas.DrawLine(Margin, Height - Margin, Width - Margin, Height - Margin, ink);
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
            var y = Y(losses[index], top);
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

    private static float Y(double loss, double top) => Height - Margin - ((float)(loss / top) * (Height - (2 * Margin)));

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
