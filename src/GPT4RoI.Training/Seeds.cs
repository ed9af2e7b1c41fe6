using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace GPT4RoI.Training;

/// <summary>Independent random streams: what is drawn for one purpose and place depends on these alone, not on what was drawn before.</summary>
internal static class Seeds
{
    /// <summary>A seed from the run's seed, a purpose and where in the run.</summary>
    public static ulong Of(int seed, string purpose, params ReadOnlySpan<long> place)
    {
        var name = Encoding.UTF8.GetBytes(purpose);
        Span<byte> bytes = new byte[name.Length + (sizeof(long) * (place.Length + 1))];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, seed);
        for (var index = 0; index < place.Length; index++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes[(sizeof(long) * (index + 1))..], place[index]);
        }
        name.CopyTo(bytes[^name.Length..]);
        return BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(bytes));
    }

    /// <summary>A generator on such a seed.</summary>
    public static Random Random(int seed, string purpose, params ReadOnlySpan<long> place) => new((int)(Of(seed, purpose, place) >> 33));
}
