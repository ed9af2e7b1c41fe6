using GPT4RoI.Contracts.Images;
using GPT4RoI.Contracts.Keys;
using GPT4RoI.Contracts.Store;
using GPT4RoI.Contracts.Vision;

namespace GPT4RoI.Silo.Features;

/// <summary>Reads uploads. Only gateways write them.</summary>
internal sealed class MediaStore(RedisStore store)
{
    /// <summary>The upload, or null if it is gone or damaged.</summary>
    public async Task<StoredImage?> ReadAsync(MediaRef media, CancellationToken cancellationToken)
    {
        var frame = await store.RunAsync(
            async database => (byte[]?)await database.StringGetAsync(GrainKeys.Media(media.TenantId, media.ImageId)).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        return frame is not null && MediaEnvelope.TryRead(frame, out var image, out var bytes) ? new StoredImage(image, bytes) : null;
    }

    /// <summary>True if the upload is there.</summary>
    public Task<bool> ExistsAsync(MediaRef media, CancellationToken cancellationToken) =>
        store.RunAsync(database => database.KeyExistsAsync(GrainKeys.Media(media.TenantId, media.ImageId)), cancellationToken);
}

/// <summary>An upload: what it is, and its bytes as the client sent them.</summary>
internal sealed record StoredImage(ImageDescriptor Image, ReadOnlyMemory<byte> Bytes);
