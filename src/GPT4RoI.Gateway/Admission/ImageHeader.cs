using GPT4RoI.Contracts.Errors;
using SkiaSharp;

namespace GPT4RoI.Gateway.Admission;

/// <summary>What an image's header says.</summary>
/// <param name="Width">Pixels, EXIF rotation applied.</param>
/// <param name="Height">Pixels, EXIF rotation applied.</param>
/// <param name="MediaType">By the bytes, not by a name.</param>
internal readonly record struct ImageHeader(int Width, int Height, string MediaType)
{
    private const string Field = "chunk";

    private static ReadOnlySpan<byte> Png => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    private static ReadOnlySpan<byte> Jpeg => [0xFF, 0xD8, 0xFF];

    /// <summary>Reads and judges the header; no pixel is decoded. Formats other than the three never reach a codec.</summary>
    public static Outcome<ImageHeader> Read(ArraySegment<byte> image, AdmissionOptions limits)
    {
        if (MediaTypeOf(image) is not { } mediaType)
        {
            return Invalid.Field(Field, "IMAGE_TYPE", "The upload is not a PNG, JPEG or WebP image.");
        }
        using var codec = SKCodec.Create(new MemoryStream(image.Array!, image.Offset, image.Count, writable: false), out _);
        if (codec is null)
        {
            return Invalid.Field(Field, "IMAGE_HEADER", $"The header of the {mediaType} image cannot be read.");
        }
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if (width < 1 || height < 1)
        {
            return Invalid.Field(Field, "IMAGE_HEADER", $"The header of the {mediaType} image says {width} x {height} pixels.");
        }
        if (Math.Max(width, height) > limits.MaxImageSide)
        {
            return Invalid.Field(Field, "IMAGE_SIDE", $"The image is {width} x {height} pixels; a side may have {limits.MaxImageSide} at most.");
        }
        if ((long)width * height > limits.MaxImagePixels)
        {
            return Invalid.Field(Field, "IMAGE_PIXELS", $"The image is {width} x {height} pixels; {limits.MaxImagePixels} in all are allowed at most.");
        }
        return codec.EncodedOrigin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom
            ? new ImageHeader(height, width, mediaType)
            : new ImageHeader(width, height, mediaType);
    }

    private static string? MediaTypeOf(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith(Png) ? "image/png"
        : bytes.StartsWith(Jpeg) ? "image/jpeg"
        : bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8) ? "image/webp"
        : null;
}
