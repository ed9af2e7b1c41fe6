namespace GPT4RoI.Engine.Requests;

/// <summary>256 bits that identify content (an image's features, a region's vector, a tenant's salt). Compared by value.</summary>
public readonly record struct ContentKey(ulong A, ulong B, ulong C, ulong D)
{
    /// <summary>From 32 bytes.</summary>
    public static ContentKey FromBytes(ReadOnlySpan<byte> bytes) => new(
        BitConverter.ToUInt64(bytes), BitConverter.ToUInt64(bytes[8..]), BitConverter.ToUInt64(bytes[16..]), BitConverter.ToUInt64(bytes[24..]));

    /// <summary>From 64 hex digits.</summary>
    public static ContentKey FromHex(string hex) => FromBytes(Convert.FromHexString(hex));

    /// <summary>Writes the 32 bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BitConverter.TryWriteBytes(destination, A);
        BitConverter.TryWriteBytes(destination[8..], B);
        BitConverter.TryWriteBytes(destination[16..], C);
        BitConverter.TryWriteBytes(destination[24..], D);
    }
}
