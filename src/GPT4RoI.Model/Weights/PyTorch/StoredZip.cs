using System.Buffers.Binary;
using System.Text;

namespace GPT4RoI.Model.Weights.PyTorch;

/// <summary>
/// Where the entries of a zip archive lie in a mapped file, 64-bit sizes included. Only archives whose entries are stored as they are (what
/// <c>torch.save</c> writes) are read: a mapping cannot be inflated.
/// </summary>
/// <remarks>Field offsets: PKWARE APPNOTE 6.3, sections 4.3 and 4.5.3.</remarks>
internal sealed class StoredZip
{
    private const uint LocalSignature = 0x04034b50, CentralSignature = 0x02014b50;
    private const uint Saturated32 = uint.MaxValue;
    private const int LocalSize = 30, CentralSize = 46;
    private const ushort Zip64Extra = 1, Encrypted = 1;
    private readonly MappedFile _file;
    private readonly ZipDirectoryEnd _end;

    private StoredZip(MappedFile file) => (_file, _end) = (file, ZipDirectoryEnd.Find(file));

    /// <summary>An entry's bytes in the file.</summary>
    internal readonly record struct Entry(long Offset, long Length);

    /// <exception cref="WeightsException">This is no zip archive, or a malformed or compressed one.</exception>
    public static Dictionary<string, Entry> Entries(MappedFile file) => new StoredZip(file).ReadDirectory();

    private Dictionary<string, Entry> ReadDirectory()
    {
        var entries = new Dictionary<string, Entry>();
        var directory = _file.Bytes(_end.Offset, _end.Length);
        for (long read = 0; read < _end.Count; read++)
        {
            if (directory.Length < CentralSize || BinaryPrimitives.ReadUInt32LittleEndian(directory) != CentralSignature)
            {
                throw Malformed($"entry {read} of {_end.Count} is not in its directory");
            }
            int nameLength = UInt16(directory, 28), extraLength = UInt16(directory, 30), commentLength = UInt16(directory, 32);
            var length = CentralSize + nameLength + extraLength + commentLength;
            if (length > directory.Length)
            {
                throw Malformed($"entry {read} of {_end.Count} reaches beyond the directory");
            }
            var nameBytes = directory.Slice(CentralSize, nameLength);
            var name = Encoding.UTF8.GetString(nameBytes);
            if (!entries.TryAdd(name, ReadEntry(directory, nameBytes, directory.Slice(CentralSize + nameLength, extraLength))))
            {
                throw Malformed($"entry {Printable.Quote(name)} stands twice in its directory");
            }
            directory = directory[length..];
        }
        CheckOverlaps(entries);
        return directory.IsEmpty ? entries : throw Malformed($"{directory.Length} bytes of its directory belong to no entry");
    }

    private Entry ReadEntry(ReadOnlySpan<byte> central, ReadOnlySpan<byte> nameBytes, ReadOnlySpan<byte> extra)
    {
        var name = Printable.Quote(Encoding.UTF8.GetString(nameBytes));
        if ((UInt16(central, 8) & Encrypted) != 0 || UInt16(central, 10) != 0)
        {
            throw Malformed($"entry {name} is compressed or encrypted; only stored entries, as torch.save writes them, can be mapped");
        }
        ulong stored = UInt32(central, 20), size = UInt32(central, 24), header = UInt32(central, 42);
        // The 64-bit field holds only the values that are saturated in the 32-bit ones, in this order.
        var wide = FindZip64(extra);
        size = size == Saturated32 ? TakeWide(ref wide, name) : size;
        stored = stored == Saturated32 ? TakeWide(ref wide, name) : stored;
        header = header == Saturated32 ? TakeWide(ref wide, name) : header;

        if (stored != size)
        {
            throw Malformed($"entry {name} has {stored} bytes stored for {size}");
        }
        if (header > (ulong)_end.Offset || _end.Offset - (long)header < LocalSize + nameBytes.Length)
        {
            throw Malformed($"entry {name} starts at byte {header}, not before the directory at {_end.Offset}");
        }
        var local = _file.Bytes((long)header, LocalSize + nameBytes.Length);
        if (UInt32(local, 0) != LocalSignature || UInt16(local, 26) != nameBytes.Length || !local[LocalSize..].SequenceEqual(nameBytes))
        {
            throw Malformed($"entry {name} is not at byte {header}, where its directory says");
        }
        var data = (long)header + LocalSize + UInt16(local, 26) + UInt16(local, 28);
        return data <= _end.Offset && size <= (ulong)(_end.Offset - data)
            ? new Entry(data, (long)size)
            : throw Malformed($"entry {name} takes {size} bytes from {data}, beyond the directory at {_end.Offset} (truncated?)");
    }

    private static ReadOnlySpan<byte> FindZip64(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            var field = extra[4..];
            field = field[..Math.Min(field.Length, UInt16(extra, 2))];
            if (UInt16(extra, 0) == Zip64Extra)
            {
                return field;
            }
            extra = extra[(4 + field.Length)..];
        }
        return default;
    }

    private ulong TakeWide(ref ReadOnlySpan<byte> wide, string name)
    {
        if (wide.Length < sizeof(ulong))
        {
            throw Malformed($"entry {name} lacks a 64-bit size or offset");
        }
        var value = BinaryPrimitives.ReadUInt64LittleEndian(wide);
        wide = wide[sizeof(ulong)..];
        return value;
    }

    private void CheckOverlaps(Dictionary<string, Entry> entries)
    {
        long end = 0;
        foreach (var (name, entry) in entries.OrderBy(pair => pair.Value.Offset).ThenBy(pair => pair.Value.Length))
        {
            if (entry.Offset < end)
            {
                throw Malformed($"entry {Printable.Quote(name)} starts inside another one");
            }
            end = entry.Offset + entry.Length;
        }
    }

    private WeightsException Malformed(string fault) => new($"{_file.Path}: malformed zip archive: {fault}");

    private static ushort UInt16(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[offset..]);

    private static uint UInt32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);
}
