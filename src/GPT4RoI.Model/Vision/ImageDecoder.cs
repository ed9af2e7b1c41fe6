using System.Diagnostics.CodeAnalysis;
using SkiaSharp;

namespace GPT4RoI.Model.Vision;

/// <summary>
/// Decodes PNG, JPEG and WebP (of an animation, the first frame). The content decides the format, no other decoder is ever reached. Alpha is
/// dropped, not blended, as the authors' demo does; grey and palette become RGB; 16-bit channels keep their high byte; colour profiles are not
/// applied. EXIF orientation is. Thread-safe.
/// </summary>
public static class ImageDecoder
{
    private const int BytesPerPixel = 4;

    /// <summary>Decodes an image, unless its header already shows that it is too large.</summary>
    /// <param name="data">The file.</param>
    /// <param name="maxPixels">Width × height at most. Four bytes per pixel are allocated, seven for turned images, besides what the codec needs.</param>
    /// <param name="image">The image, if there is no fault.</param>
    /// <param name="fault">Why there is no image.</param>
    public static unsafe bool TryDecode(
        ReadOnlyMemory<byte> data, long maxPixels, [NotNullWhen(true)] out DecodedImage? image, [NotNullWhen(false)] out ImageFault? fault)
    {
        image = null;
        if (!IsSupported(data.Span))
        {
            fault = ImageFault.UnsupportedFormat;
            return false;
        }

        using var pin = data.Pin();
        using var file = SKData.Create((nint)pin.Pointer, data.Length);
        using var codec = SKCodec.Create(file);
        if (codec is null || codec.Info.Width < 1 || codec.Info.Height < 1)
        {
            fault = ImageFault.Malformed;
            return false;
        }

        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if ((long)width * height > Math.Min(maxPixels, Array.MaxLength / BytesPerPixel))
        {
            fault = ImageFault.TooManyPixels;
            return false;
        }

        image = Decode(codec, width, height);
        fault = image is null ? ImageFault.Malformed : null;
        return image is not null;
    }

    private static bool IsSupported(ReadOnlySpan<byte> data) =>
        data.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        || data.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])
        || (data.Length >= 12 && data.StartsWith("RIFF"u8) && data[8..].StartsWith("WEBP"u8));

    private static unsafe DecodedImage? Decode(SKCodec codec, int width, int height)
    {
        var pixels = GC.AllocateUninitializedArray<byte>(width * height * BytesPerPixel);
        fixed (byte* target = pixels)
        {
            var layout = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
            if (codec.GetPixels(layout, (nint)target) != SKCodecResult.Success)
            {
                return null;
            }
        }

        DropAlpha(pixels);
        return ImageOrientation.Turn(new DecodedImage(width, height, pixels.AsMemory(0, width * height * 3)), codec.EncodedOrigin);
    }

    // In place: a pixel's three bytes never land behind bytes still to be read.
    private static void DropAlpha(Span<byte> pixels)
    {
        for (var (from, to) = (0, 0); from < pixels.Length; from += BytesPerPixel, to += 3)
        {
            (pixels[to], pixels[to + 1], pixels[to + 2]) = (pixels[from], pixels[from + 1], pixels[from + 2]);
        }
    }
}
