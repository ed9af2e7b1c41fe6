using SkiaSharp;

namespace GPT4RoI.Model.Vision;

/// <summary>Makes an image upright by its EXIF orientation.</summary>
internal static class ImageOrientation
{
    /// <summary>The image turned and mirrored so that <paramref name="origin"/> is the top left; itself if it is already.</summary>
    public static DecodedImage Turn(DecodedImage image, SKEncodedOrigin origin)
    {
        if (origin is SKEncodedOrigin.TopLeft or SKEncodedOrigin.Default)
        {
            return image;
        }

        // Where a step right and a step down in the upright image lead in the stored one, in pixels.
        var (width, height) = (image.Width, image.Height);
        var (start, right, down) = origin switch
        {
            SKEncodedOrigin.TopRight => (width - 1, -1, width),
            SKEncodedOrigin.BottomRight => ((width * height) - 1, -1, -width),
            SKEncodedOrigin.BottomLeft => (width * (height - 1), 1, -width),
            SKEncodedOrigin.LeftTop => (0, width, 1),
            SKEncodedOrigin.RightTop => (width * (height - 1), -width, 1),
            SKEncodedOrigin.RightBottom => ((width * height) - 1, -width, -1),
            SKEncodedOrigin.LeftBottom => (width - 1, width, -1),
            _ => (0, 1, width),
        };
        var turned = origin >= SKEncodedOrigin.LeftTop;
        return Copy(image, turned ? (height, width) : (width, height), start, right, down);
    }

    private static DecodedImage Copy(DecodedImage image, (int Width, int Height) size, int start, int right, int down)
    {
        var upright = GC.AllocateUninitializedArray<byte>(size.Width * size.Height * 3);
        var source = image.Rgb.Span;
        var to = 0;
        for (var y = 0; y < size.Height; y++)
        {
            for (var x = 0; x < size.Width; x++, to += 3)
            {
                source.Slice((start + (y * down) + (x * right)) * 3, 3).CopyTo(upright.AsSpan(to));
            }
        }

        return new DecodedImage(size.Width, size.Height, upright);
    }
}
