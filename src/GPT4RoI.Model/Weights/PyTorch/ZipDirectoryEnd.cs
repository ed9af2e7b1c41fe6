using System.Buffers.Binary;

namespace GPT4RoI.Model.Weights.PyTorch;

/// <summary>The record at the end of a zip archive that tells where its directory lies.</summary>
/// <param name="Offset">First byte of the directory.</param>
/// <param name="Length">Bytes of the directory.</param>
/// <param name="Count">Entries in it.</param>
internal sealed record ZipDirectoryEnd(long Offset, int Length, long Count)
{
    private const uint Signature = 0x06054b50, LocatorSignature = 0x07064b50, WideSignature = 0x06064b50;
    private const int Size = 22, LocatorSize = 20, WideSize = 56, LongestComment = ushort.MaxValue;
    private const int LongestDirectory = 64 << 20;

    /// <exception cref="WeightsException">The file does not end as a zip archive does.</exception>
    public static ZipDirectoryEnd Find(MappedFile file)
    {
        for (var at = file.Length - Size; at >= Math.Max(0, file.Length - Size - LongestComment); at--)
        {
            var record = file.Bytes(at, Size);
            if (BinaryPrimitives.ReadUInt32LittleEndian(record) == Signature
                && BinaryPrimitives.ReadUInt16LittleEndian(record[20..]) == file.Length - at - Size)
            {
                return Check(file, at, FindWide(file, at) ?? (
                    BinaryPrimitives.ReadUInt32LittleEndian(record[16..]),
                    BinaryPrimitives.ReadUInt32LittleEndian(record[12..]),
                    BinaryPrimitives.ReadUInt16LittleEndian(record[10..])));
            }
        }
        throw new WeightsException(
            $"{file.Path}: not a zip archive, as torch.save writes since PyTorch 1.6 (truncated, or older: load and save it again there)");
    }

    /// <summary>The 64-bit record, which stands before a locator that stands before the 32-bit one.</summary>
    private static (ulong Offset, ulong Length, ulong Count)? FindWide(MappedFile file, long end)
    {
        if (end < LocatorSize + WideSize)
        {
            return null;
        }
        var locator = file.Bytes(end - LocatorSize, LocatorSize);
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator) != LocatorSignature)
        {
            return null;
        }
        var at = BinaryPrimitives.ReadUInt64LittleEndian(locator[8..]);
        if (at > (ulong)(end - LocatorSize - WideSize)
            || BinaryPrimitives.ReadUInt32LittleEndian(file.Bytes((long)at, WideSize)) != WideSignature)
        {
            throw new WeightsException($"{file.Path}: malformed zip archive: its 64-bit directory record is not at byte {at}");
        }
        var record = file.Bytes((long)at, WideSize);
        return (
            BinaryPrimitives.ReadUInt64LittleEndian(record[48..]),
            BinaryPrimitives.ReadUInt64LittleEndian(record[40..]),
            BinaryPrimitives.ReadUInt64LittleEndian(record[32..]));
    }

    private static ZipDirectoryEnd Check(MappedFile file, long end, (ulong Offset, ulong Length, ulong Count) found) =>
        found.Length <= LongestDirectory && found.Count <= found.Length
        && found.Offset <= (ulong)end && found.Length <= (ulong)end - found.Offset
            ? new ZipDirectoryEnd((long)found.Offset, (int)found.Length, (long)found.Count)
            : throw new WeightsException(
                $"{file.Path}: malformed zip archive: its directory, {found.Count} entries in {found.Length} bytes at {found.Offset}, "
                + $"does not fit before byte {end}");
}
