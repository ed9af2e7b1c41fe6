using System.Buffers.Binary;
using System.Text;

namespace GPT4RoI.Model.Native;

/// <summary>Edits the version-needs section (.gnu.version_r) of a little-endian ELF64 image, as laid out in the LSB core specification.</summary>
internal static class ElfVersionNeeds
{
    private const int SectionTableOffset = 0x28, SectionEntrySize = 0x3A, SectionCount = 0x3C;
    private const uint GnuVersionNeeds = 0x6ffffffe;
    private const byte WeakFlag = 2;

    /// <summary>Marks every need of the named version as weak. False if the image needs no such version.</summary>
    public static bool TryWeaken(Span<byte> elf, string version)
    {
        var sections = (int)BinaryPrimitives.ReadInt64LittleEndian(elf[SectionTableOffset..]);
        int entrySize = BinaryPrimitives.ReadUInt16LittleEndian(elf[SectionEntrySize..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(elf[SectionCount..]);
        var name = Encoding.ASCII.GetBytes(version + '\0');
        var found = false;
        for (var index = 0; index < count; index++)
        {
            ReadOnlySpan<byte> section = elf[(sections + index * entrySize)..];
            if (BinaryPrimitives.ReadUInt32LittleEndian(section[4..]) == GnuVersionNeeds)
            {
                var needs = (int)BinaryPrimitives.ReadInt64LittleEndian(section[0x18..]);
                var link = (int)BinaryPrimitives.ReadUInt32LittleEndian(section[0x28..]);
                var strings = (int)BinaryPrimitives.ReadInt64LittleEndian(elf[(sections + link * entrySize + 0x18)..]);
                found |= WeakenSection(elf, needs, strings, name);
            }
        }
        return found;
    }

    private static bool WeakenSection(Span<byte> elf, int need, int strings, ReadOnlySpan<byte> name)
    {
        var found = false;
        while (true)
        {
            var auxiliary = need + (int)BinaryPrimitives.ReadUInt32LittleEndian(elf[(need + 8)..]);
            for (int left = BinaryPrimitives.ReadUInt16LittleEndian(elf[(need + 2)..]); left > 0; left--)
            {
                var nameAt = strings + (int)BinaryPrimitives.ReadUInt32LittleEndian(elf[(auxiliary + 8)..]);
                if (elf[nameAt..].StartsWith(name))
                {
                    elf[auxiliary + 4] |= WeakFlag;
                    found = true;
                }
                auxiliary += (int)BinaryPrimitives.ReadUInt32LittleEndian(elf[(auxiliary + 12)..]);
            }
            var next = (int)BinaryPrimitives.ReadUInt32LittleEndian(elf[(need + 12)..]);
            if (next == 0)
            {
                return found;
            }
            need += next;
        }
    }
}
