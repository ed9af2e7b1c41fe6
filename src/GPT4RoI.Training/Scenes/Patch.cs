using GPT4RoI.Training.Scenes.Sprites;
using SkiaSharp;

namespace GPT4RoI.Training.Scenes;

/// <summary>A sprite drawn at its final size: straight-alpha RGBA, with a margin all around.</summary>
internal sealed class Patch(int width, int height, byte[] rgba)
{
    /// <summary>From this alpha on a pixel belongs to the object.</summary>
    public const byte Solid = 128;

    /// <summary>Pixels around the sprite that outlines may grow into.</summary>
    public const int Margin = 4;

    public int Width => width;

    public int Height => height;

    /// <summary>Row-major [height, width, 4].</summary>
    public byte[] Rgba => rgba;

    /// <param name="sprite">What to draw.</param>
    /// <param name="side">Its longest side in pixels, before it is turned.</param>
    /// <param name="degrees">Turned clockwise by this much.</param>
    /// <param name="mirrored">Left and right exchanged.</param>
    /// <param name="stretch">Width by height, beside the sprite's own.</param>
    public static unsafe Patch Draw(Sprite sprite, float side, float degrees, bool mirrored, float stretch = 1)
    {
        var scale = side / Math.Max(sprite.Image.Width, sprite.Image.Height);
        var (wide, high) = (sprite.Image.Width * scale * Math.Min(1, stretch), sprite.Image.Height * scale / Math.Max(1, stretch));
        var (sin, cos) = MathF.SinCos(MathF.Abs(degrees) * MathF.PI / 180);
        var (width, height) = ((int)MathF.Ceiling((wide * cos) + (high * sin)) + (2 * Margin), (int)MathF.Ceiling((wide * sin) + (high * cos)) + (2 * Margin));

        using var surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul));
        var canvas = surface.Canvas;
        canvas.Translate(width / 2f, height / 2f);
        canvas.RotateDegrees(degrees);
        canvas.Scale(mirrored ? -1 : 1, 1);
        canvas.DrawImage(
            sprite.Image, new SKRect(-wide / 2, -high / 2, wide / 2, high / 2), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));

        var rgba = GC.AllocateUninitializedArray<byte>(width * height * 4);
        fixed (byte* target = rgba)
        {
            var layout = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
            if (!surface.ReadPixels(layout, (nint)target, layout.RowBytes, 0, 0))
            {
                throw new InvalidOperationException($"A sprite of {width}×{height} pixels could not be read back.");
            }
        }

        return new Patch(width, height, rgba);
    }

    public bool IsSolid(int index) => rgba[(index * 4) + 3] >= Solid;

    /// <summary>Places of the solid pixels.</summary>
    public int[] SolidPixels()
    {
        var pixels = new List<int>(width * height);
        for (var index = 0; index < width * height; index++)
        {
            if (IsSolid(index))
            {
                pixels.Add(index);
            }
        }

        return [.. pixels];
    }
}
