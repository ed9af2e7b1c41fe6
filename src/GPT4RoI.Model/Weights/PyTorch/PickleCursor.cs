using System.Buffers.Binary;
using System.Text;

namespace GPT4RoI.Model.Weights.PyTorch;

/// <summary>Reads a pickle's opcodes and their operands; every length is checked against what is left.</summary>
internal ref struct PickleCursor(ReadOnlySpan<byte> bytes)
{
    private const int LongestLine = 256;
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    public readonly int Left => _bytes.Length - Position;

    public ReadOnlySpan<byte> Take(uint count)
    {
        if (count > Left)
        {
            throw new PickleException($"{count} bytes are asked for, {Left} are left");
        }
        var taken = _bytes.Slice(Position, (int)count);
        Position += (int)count;
        return taken;
    }

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    /// <summary>A length in 4 bytes, then UTF-8.</summary>
    public string Text() => Encoding.UTF8.GetString(Take(UInt32()));

    /// <summary>A length in 1 byte, then an integer in two's complement.</summary>
    public long Long()
    {
        var littleEndian = Take(Byte());
        if (littleEndian.Length > sizeof(long))
        {
            throw new PickleException($"an integer of {littleEndian.Length} bytes is more than a size can be");
        }
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        bytes.Fill(littleEndian is [.., >= 0x80] ? (byte)0xff : (byte)0);
        littleEndian.CopyTo(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    /// <summary>UTF-8 up to a line feed.</summary>
    public string Line()
    {
        var rest = _bytes[Position..];
        var length = rest[..Math.Min(rest.Length, LongestLine)].IndexOf((byte)'\n');
        if (length < 0)
        {
            throw new PickleException($"a global's name is not ended within {LongestLine} bytes");
        }
        Position += length + 1;
        return Encoding.UTF8.GetString(rest[..length]);
    }
}
