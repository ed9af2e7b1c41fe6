using System.Buffers.Binary;
using System.Security.Cryptography;
using GPT4RoI.Engine.Requests;

namespace GPT4RoI.Engine.Scheduling;

/// <summary>
/// Names a full block and everything before it: SHA-256 over the parent's hash (the tenant's salt for the first block), the block's
/// token ids, and for every embedding span that reaches into it its content key with the place inside the span. Every field has a fixed
/// width or a count before it, so no two inputs collide by framing.
/// </summary>
internal readonly record struct BlockHash(ContentKey Value)
{
    private const byte FirstBlock = 0;
    private const byte LaterBlock = 1;
    private const int HeaderBytes = 1 + ContentKeyBytes + sizeof(int) + sizeof(int);
    private const int ContentKeyBytes = 32;
    private const int ExtraBytes = 1 + (3 * sizeof(int)) + ContentKeyBytes;
    private const int StackBytes = 1024;

    /// <summary>The hash of the block that holds <paramref name="tokens"/> at positions from <paramref name="start"/> on.</summary>
    /// <param name="parent">The block before it; null for the first.</param>
    /// <param name="salt">Counted in the first block only, and through the chain in all.</param>
    /// <param name="tokens">Exactly one block of ids.</param>
    /// <param name="start">Position of the first of them.</param>
    /// <param name="spans">All spans of the sequence.</param>
    public static BlockHash Compute(
        BlockHash? parent, ContentKey salt, ReadOnlySpan<int> tokens, int start, IReadOnlyList<EmbeddingSpan> spans)
    {
        var end = start + tokens.Length;
        var extras = CountOverlaps(spans, start, end);
        var size = HeaderBytes + (tokens.Length * sizeof(int)) + (extras * ExtraBytes);
        Span<byte> buffer = size <= StackBytes ? stackalloc byte[StackBytes] : new byte[size];
        var rest = buffer;

        WriteByte(ref rest, parent is null ? FirstBlock : LaterBlock);
        WriteKey(ref rest, parent?.Value ?? salt);
        WriteInt(ref rest, tokens.Length);
        foreach (var token in tokens)
            WriteInt(ref rest, token);
        WriteInt(ref rest, extras);
        foreach (var span in spans)
        {
            var from = Math.Max(span.Offset, start);
            var length = Math.Min(span.Offset + span.Length, end) - from;
            if (length <= 0)
                continue;
            WriteByte(ref rest, (byte)span.Kind);
            WriteInt(ref rest, from - start);
            WriteInt(ref rest, from - span.Offset);
            WriteInt(ref rest, length);
            WriteKey(ref rest, span.Key);
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer[..size], digest);
        return new BlockHash(ContentKey.FromBytes(digest));
    }

    private static int CountOverlaps(IReadOnlyList<EmbeddingSpan> spans, int start, int end)
    {
        var count = 0;
        foreach (var span in spans)
        {
            if (span.Offset < end && span.Offset + span.Length > start)
                count++;
        }
        return count;
    }

    private static void WriteByte(ref Span<byte> rest, byte value)
    {
        rest[0] = value;
        rest = rest[1..];
    }

    private static void WriteInt(ref Span<byte> rest, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(rest, value);
        rest = rest[sizeof(int)..];
    }

    private static void WriteKey(ref Span<byte> rest, ContentKey value)
    {
        value.CopyTo(rest);
        rest = rest[ContentKeyBytes..];
    }
}
