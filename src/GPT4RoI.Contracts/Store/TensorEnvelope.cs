using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace GPT4RoI.Contracts.Store;

/// <summary>A float32 tensor in the store. A reader says what it expects and gets nothing else.</summary>
public static partial class TensorEnvelope
{
    private const string Float32 = "f32";

    /// <summary>Frames a tensor, row-major.</summary>
    public static byte[] Write(string modelFingerprint, ReadOnlySpan<int> shape, ReadOnlySpan<float> values) =>
        Envelope.Write(new Header(modelFingerprint, Float32, shape.ToArray()), TensorHeaders.Default.Header, MemoryMarshal.AsBytes(values));

    /// <summary>Opens a tensor of the expected model and shape whose values are all finite; false for anything else.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> frame, string modelFingerprint, ReadOnlySpan<int> shape, [NotNullWhen(true)] out float[]? values)
    {
        values = null;
        if (!Envelope.TryRead(frame, TensorHeaders.Default.Header, out var header, out var payload)
            || header.ModelFingerprint != modelFingerprint || header.Dtype != Float32 || !shape.SequenceEqual(header.Shape))
        {
            return false;
        }
        long count = 1;
        foreach (var side in shape)
        {
            count *= side;
        }
        if (payload.Length != count * sizeof(float))
        {
            return false;
        }
        var read = MemoryMarshal.Cast<byte, float>(payload.Span).ToArray();
        if (!Array.TrueForAll(read, float.IsFinite))
        {
            return false;
        }
        values = read;
        return true;
    }

    private sealed record Header(string ModelFingerprint, string Dtype, int[] Shape);

    [JsonSerializable(typeof(Header))]
    private sealed partial class TensorHeaders : JsonSerializerContext;
}
