using System.Buffers.Binary;
using System.IO.Compression;

namespace GPT4RoI.Model.Tests.Vision;

/// <summary>Writes PNG files of any colour type, byte by byte.</summary>
internal static class ImagePng
{
    public const int Grey = 0;
    public const int Rgb = 2;
    public const int Palette = 3;
    public const int GreyAlpha = 4;
    public const int Rgba = 6;

    private static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <param name="width">As the header says.</param>
    /// <param name="height">As the header says.</param>
    /// <param name="depth">Bits per channel.</param>
    /// <param name="colour">Colour type.</param>
    /// <param name="rows">Packed rows, without filter bytes.</param>
    /// <param name="palette">RGB entries.</param>
    /// <param name="alpha">Alpha of the palette's entries.</param>
    public static byte[] Write(int width, int height, int depth, int colour, byte[][] rows, byte[]? palette = null, byte[]? alpha = null)
    {
        using var file = new MemoryStream();
        file.Write(Signature);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = ((byte)depth, (byte)colour);
        Chunk(file, "IHDR"u8, header);
        if (palette is not null)
        {
            Chunk(file, "PLTE"u8, palette);
        }

        if (alpha is not null)
        {
            Chunk(file, "tRNS"u8, alpha);
        }

        Chunk(file, "IDAT"u8, Deflate([.. rows.SelectMany(row => row.Prepend((byte)0))]));
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static byte[] Deflate(byte[] data)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal))
        {
            zlib.Write(data);
        }

        return packed.ToArray();
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> type, byte[] data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        byte[] body = [.. type, .. data];
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32(body));
        file.Write(number);
    }

    private static uint Crc32(byte[] data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
            }
        }

        return ~crc;
    }
}
