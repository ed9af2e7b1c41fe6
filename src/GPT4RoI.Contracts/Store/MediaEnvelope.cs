using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using GPT4RoI.Contracts.Images;

namespace GPT4RoI.Contracts.Store;

/// <summary>An uploaded image in the store: its descriptor and its bytes.</summary>
public static partial class MediaEnvelope
{
    /// <summary>Frames an upload.</summary>
    public static byte[] Write(ImageDescriptor image, ReadOnlySpan<byte> bytes) => Envelope.Write(image, MediaHeaders.Default.ImageDescriptor, bytes);

    /// <summary>Opens a stored upload; false if the entry is damaged.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> frame, [NotNullWhen(true)] out ImageDescriptor? image, out ReadOnlyMemory<byte> bytes) =>
        Envelope.TryRead(frame, MediaHeaders.Default.ImageDescriptor, out image, out bytes);

    [JsonSerializable(typeof(ImageDescriptor))]
    private sealed partial class MediaHeaders : JsonSerializerContext;
}
