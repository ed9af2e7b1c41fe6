using SkiaSharp;

namespace GPT4RoI.Cli.Bench.Serve;

/// <summary>Pictures of shapes, for load without a data set.</summary>
internal static class SyntheticImage
{
    public const int Width = 640, Height = 480;

    private const int Shapes = 24;

    /// <summary>A PNG, the same for the same seed and number, different for different ones.</summary>
    public static byte[] CreatePng(int seed, int number)
    {
        var random = new Random(HashCode(seed, number));
        using var bitmap = new SKBitmap(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(Colour(random));
        for (var shape = 0; shape < Shapes; shape++)
        {
            using var paint = new SKPaint { Color = Colour(random) };
            var (x, y, width, height) = (random.Next(Width), random.Next(Height), random.Next(20, Width / 3), random.Next(20, Height / 3));
            if (random.Next(2) == 0)
            {
                canvas.DrawRect(x, y, width, height, paint);
            }
            else
            {
                canvas.DrawOval(x, y, width / 2f, height / 2f, paint);
            }
        }
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        return data.ToArray();
    }

    private static SKColor Colour(Random random) => new((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256));

    /// <summary>Unlike <see cref="System.HashCode"/>, the same in every process.</summary>
    private static int HashCode(int seed, int number) => unchecked((seed * 486_187_739) + number);
}
