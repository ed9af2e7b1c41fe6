using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace GPT4RoI.Contracts.Store;

/// <summary>
/// The frame of everything that is written to the feature store: magic, version, SHA-256, a JSON header of a known type, then the payload.
/// A frame that is truncated, altered, of another version or of another header type is refused; nothing in it names a type to construct.
/// </summary>
public static class Envelope
{
    private const uint Magic = 0x53523447; // "G4RS"
    private const ushort Version = 1;
    private const int ChecksumAt = 16, FixedLength = ChecksumAt + SHA256.HashSizeInBytes;

    /// <summary>Frames a payload.</summary>
    public static byte[] Write<THeader>(THeader header, JsonTypeInfo<THeader> headerType, ReadOnlySpan<byte> payload)
    {
        var headerBytes = JsonSerializer.SerializeToUtf8Bytes(header, headerType);
        var frame = new byte[FixedLength + headerBytes.Length + payload.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(4), Version);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(8), headerBytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(12), payload.Length);
        headerBytes.CopyTo(frame, FixedLength);
        payload.CopyTo(frame.AsSpan(FixedLength + headerBytes.Length));
        SHA256.HashData(frame.AsSpan(FixedLength), frame.AsSpan(ChecksumAt, SHA256.HashSizeInBytes));
        return frame;
    }

    /// <summary>Opens a frame; false if it is not exactly what <see cref="Write"/> made. The payload aliases <paramref name="frame"/>.</summary>
    public static bool TryRead<THeader>(
        ReadOnlyMemory<byte> frame, JsonTypeInfo<THeader> headerType, [NotNullWhen(true)] out THeader? header, out ReadOnlyMemory<byte> payload)
        where THeader : class
    {
        (header, payload) = (null, default);
        var bytes = frame.Span;
        if (bytes.Length < FixedLength
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic
            || BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]) != Version)
        {
            return false;
        }
        var headerLength = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        var payloadLength = BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]);
        if (headerLength < 0 || payloadLength < 0 || (long)FixedLength + headerLength + payloadLength != bytes.Length)
        {
            return false;
        }
        Span<byte> checksum = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[FixedLength..], checksum);
        if (!checksum.SequenceEqual(bytes.Slice(ChecksumAt, SHA256.HashSizeInBytes)))
        {
            return false;
        }
        try
        {
            header = JsonSerializer.Deserialize(bytes.Slice(FixedLength, headerLength), headerType);
        }
        catch (JsonException)
        {
            return false;
        }
        payload = frame[(FixedLength + headerLength)..];
        return header is not null;
    }
}
