using System.Buffers.Binary;
using System.IO.Compression;

namespace GPT4RoI.Cluster.Tests.Security;

/// <summary>How a PNG stores a pixel (PNG specification, 11.2.2).</summary>
internal enum PngColor : byte
{
    Grey = 0,
    Rgb = 2,
    Palette = 3,
    GreyAlpha = 4,
    Rgba = 6,
}

/// <summary>Writes PNG files byte by byte, 8 bits per sample, so that the files say exactly what a test means.</summary>
internal static class PngFile
{
    /// <summary>A whole file.</summary>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="color">Meaning of the samples.</param>
    /// <param name="samples">Row-major, without filter bytes.</param>
    /// <param name="palette">Three bytes for each index, if there is a palette.</param>
    public static byte[] Write(int width, int height, PngColor color, ReadOnlySpan<byte> samples, byte[]? palette = null)
    {
        using var rows = new MemoryStream();
        using (var deflate = new ZLibStream(rows, CompressionLevel.Fastest, leaveOpen: true))
        {
            var length = samples.Length / height;
            for (var row = 0; row < height; row++)
            {
                deflate.WriteByte(0);
                deflate.Write(samples.Slice(row * length, length));
            }
        }
        return WithBody(width, height, color, rows.ToArray(), palette);
    }

    /// <summary>A file whose header is right and whose compressed data is whatever is given.</summary>
    public static byte[] WithBody(int width, int height, PngColor color, byte[] compressed, byte[]? palette = null)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, (byte)color);
        return
        [
            0x89, .. "PNG\r\n\u001a\n"u8, .. Chunk("IHDR"u8, header), .. palette is null ? [] : Chunk("PLTE"u8, palette),
            .. Chunk("IDAT"u8, compressed), .. Chunk("IEND"u8, []),
        ];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
    {
        byte[] checkedPart = [.. type, .. data];
        var chunk = new byte[checkedPart.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        checkedPart.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(^4), Crc32(checkedPart));
        return chunk;
    }

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
