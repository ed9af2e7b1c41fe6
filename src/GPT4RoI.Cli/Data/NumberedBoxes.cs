using System.Globalization;
using GPT4RoI.Model.Regions;
using GPT4RoI.Model.Vision;
using GPT4RoI.Training.Instructions;
using SkiaSharp;

namespace GPT4RoI.Cli.Data;

/// <summary>Draws a sample's picture as the vision tower sees it, squared, shifted and mirrored, with its boxes numbered from 1.</summary>
internal static class NumberedBoxes
{
    private const int Side = 672;
    private const int Digit = 4; // pixels for each of a digit's 3 x 5 cells

    // Rows of each digit from above, three bits each; no font need be installed.
    private static readonly int[][] Digits =
    [
        [7, 5, 5, 5, 7], [2, 6, 2, 2, 7], [7, 1, 7, 4, 7], [7, 1, 7, 1, 7], [5, 5, 7, 1, 1],
        [7, 4, 7, 1, 7], [7, 4, 7, 5, 7], [7, 1, 1, 1, 1], [7, 5, 7, 5, 7], [7, 5, 7, 1, 7],
    ];

    private static readonly SKColor[] Colours =
        [SKColors.Red, SKColors.Lime, SKColors.DeepSkyBlue, SKColors.Yellow, SKColors.Magenta, SKColors.Orange, SKColors.Aqua, SKColors.White];

    /// <summary>Writes a PNG of 672 × 672 pixels.</summary>
    /// <exception cref="IOException">The picture cannot be read, or the file not be written.</exception>
    public static void Write(ImageSource image, IReadOnlyList<BoundingBox> boxes, string path)
    {
        using var bitmap = Bitmap(image.Load(new ImagePreprocessor(Side, [0, 0, 0], [1, 1, 1])));
        using (var canvas = new SKCanvas(bitmap))
        {
            var labels = new List<SKRect>();
            foreach (var (index, box) in boxes.Index())
            {
                Draw(canvas, box, index + 1, labels);
            }
        }

        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        using var file = File.Create(path);
        data.SaveTo(file);
    }

    private static SKBitmap Bitmap(float[] values)
    {
        const int Plane = Side * Side;
        var bitmap = new SKBitmap(Side, Side);
        bitmap.Pixels = [.. Enumerable.Range(0, Plane).Select(pixel =>
            new SKColor(Byte(values[pixel]), Byte(values[Plane + pixel]), Byte(values[(2 * Plane) + pixel])))];
        return bitmap;
    }

    private static byte Byte(float value) => (byte)Math.Clamp(MathF.Round(value * 255), 0, 255);

    private static void Draw(SKCanvas canvas, BoundingBox box, int number, List<SKRect> labels)
    {
        using var frame = new SKPaint { Color = Colours[(number - 1) % Colours.Length], Style = SKPaintStyle.Stroke, StrokeWidth = 3 };
        using var ink = new SKPaint { Color = frame.Color };
        using var ground = new SKPaint { Color = SKColors.Black };
        canvas.DrawRect(box.X1 * Side, box.Y1 * Side, (box.X2 - box.X1) * Side, (box.Y2 - box.Y1) * Side, frame);

        var digits = number.ToString(CultureInfo.InvariantCulture);
        var label = Place(box, ((digits.Length * 4) + 1) * Digit, labels);
        labels.Add(label);
        canvas.DrawRect(label, ground);
        foreach (var (place, digit) in digits.Index())
        {
            for (var cell = 0; cell < 15; cell++)
            {
                if ((Digits[digit - '0'][cell / 3] >> (2 - (cell % 3)) & 1) == 1)
                {
                    canvas.DrawRect(label.Left + (((place * 4) + 1 + (cell % 3)) * Digit), label.Top + ((1 + (cell / 3)) * Digit), Digit, Digit, ink);
                }
            }
        }
    }

    // In the box's upper left corner, or beside the numbers that are there already.
    private static SKRect Place(BoundingBox box, int width, List<SKRect> labels)
    {
        const int Height = 7 * Digit;
        var label = SKRect.Create(Math.Clamp(box.X1 * Side, 0, Side - width), Math.Clamp(box.Y1 * Side, 0, Side - Height), width, Height);
        while (label.Right < Side && labels.Exists(label.IntersectsWith))
        {
            label.Offset(width, 0);
        }

        return label;
    }
}
