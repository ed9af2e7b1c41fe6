using System.Buffers.Binary;
using SkiaSharp;

namespace GPT4RoI.Gateway.Tests.Fixtures;

/// <summary>Image files.</summary>
internal static class Pictures
{
    private const int PngHeaderAt = 16, PngCrcAt = 29;

    private static int _count;

    /// <summary>A file that no other call has returned.</summary>
    public static byte[] Unique(int width = 32, int height = 24, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        var number = Interlocked.Increment(ref _count);
        using var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        bitmap.Erase(new SKColor((byte)number, (byte)(number >> 8), (byte)(number >> 16)));
        return format == SKEncodedImageFormat.Png ? [.. Encode(bitmap, format), .. BitConverter.GetBytes(number)] : Encode(bitmap, format);
    }

    public static byte[] Encode(SKBitmap bitmap, SKEncodedImageFormat format)
    {
        using var data = bitmap.Encode(format, 90);
        return data.ToArray();
    }

    /// <summary>A PNG whose header claims a size that its data has not.</summary>
    public static byte[] Claiming(int width, int height)
    {
        var png = Unique(1, 1);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(PngHeaderAt), width);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(PngHeaderAt + 4), height);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(PngCrcAt), Crc32(png.AsSpan(PngHeaderAt - 4, 17)));
        return png;
    }

    /// <summary>The JPEG with an EXIF segment that says how to turn it (EXIF 2.3, tag 0x0112).</summary>
    public static byte[] WithOrientation(byte[] jpeg, byte orientation)
    {
        byte[] tiff = [(byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
        byte[] payload = [.. "Exif\0\0"u8, .. tiff];
        var length = (ushort)(payload.Length + 2);
        return [.. jpeg.AsSpan(0, 2), 0xFF, 0xE1, (byte)(length >> 8), (byte)length, .. payload, .. jpeg.AsSpan(2)];
    }

    /// <summary>PNG's checksum, bit by bit.</summary>
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }
        return ~crc;
    }
}
