using System.Buffers.Binary;
using System.Text;

namespace GPT4RoI.Model.Tests.Weights.PyTorch;

/// <summary>
/// Writes zip archives field by field, so that any field can be wrong; <paramref name="wide"/> puts sizes and offsets into the 64-bit fields.
/// </summary>
internal sealed class ZipBytes(bool wide = false)
{
    private const uint Saturated = uint.MaxValue;
    private readonly List<byte> _file = [];
    private readonly List<byte> _directory = [];
    private int _count;

    /// <summary>Adds an entry; the last four parameters are lies its directory tells.</summary>
    public ZipBytes Add(string name, byte[] data, ushort method = 0, ulong? size = null, ulong? header = null, string? localName = null)
    {
        var at = header ?? (ulong)_file.Count;
        var claimed = size ?? (ulong)data.Length;
        var utf8 = Encoding.UTF8.GetBytes(name);
        var local = Encoding.UTF8.GetBytes(localName ?? name);
        // Local header: signature, version, flags, method, time, date, CRC, sizes (in a data descriptor, so absent here), name and 3 bytes of padding.
        Write(_file, 0x04034b50u, (ushort)45, (ushort)0x808, method, 0u, 0u, 0u, 0u, (ushort)local.Length, (ushort)3, local, new byte[3], data);
        var extra = wide ? Bytes((ushort)0x4246, (ushort)1, new byte[1], (ushort)1, (ushort)24, claimed, claimed, at) : [];
        Write(
            _directory, 0x02014b50u, (ushort)45, (ushort)45, (ushort)0x808, method, 0u, 0u, wide ? Saturated : (uint)claimed, wide ? Saturated : (uint)claimed,
            (ushort)utf8.Length, (ushort)extra.Length, (ushort)0, (ushort)0, (ushort)0, 0u, wide ? Saturated : (uint)at, utf8, extra);
        _count++;
        return this;
    }

    public byte[] ToArray(string comment = "")
    {
        var directoryAt = _file.Count;
        var file = new List<byte>();
        Write(file, _file.ToArray(), _directory.ToArray());
        if (wide)
        {
            var recordAt = file.Count;
            Write(
                file, 0x06064b50u, 44ul, (ushort)45, (ushort)45, 0u, 0u, (ulong)_count, (ulong)_count, (ulong)_directory.Count, (ulong)directoryAt,
                0x07064b50u, 0u, (ulong)recordAt, 1u);
        }
        var count = wide ? ushort.MaxValue : (ushort)_count;
        Write(
            file, 0x06054b50u, (ushort)0, (ushort)0, count, count, wide ? Saturated : (uint)_directory.Count, wide ? Saturated : (uint)directoryAt,
            (ushort)comment.Length, Encoding.ASCII.GetBytes(comment));
        return [.. file];
    }

    private static byte[] Bytes(params object[] fields)
    {
        var bytes = new List<byte>();
        Write(bytes, fields);
        return [.. bytes];
    }

    private static void Write(List<byte> file, params object[] fields)
    {
        Span<byte> bytes = stackalloc byte[8];
        foreach (var field in fields)
        {
            switch (field)
            {
                case byte[] raw: file.AddRange(raw); break;
                case ushort value: BinaryPrimitives.WriteUInt16LittleEndian(bytes, value); file.AddRange(bytes[..2]); break;
                case uint value: BinaryPrimitives.WriteUInt32LittleEndian(bytes, value); file.AddRange(bytes[..4]); break;
                case ulong value: BinaryPrimitives.WriteUInt64LittleEndian(bytes, value); file.AddRange(bytes); break;
                default: throw new ArgumentException($"{field.GetType()} is no field of a zip archive.", nameof(fields));
            }
        }
    }
}
