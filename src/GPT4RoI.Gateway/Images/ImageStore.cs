using System.Security.Cryptography;
using GPT4RoI.Contracts.Images;
using GPT4RoI.Contracts.Keys;
using GPT4RoI.Contracts.Store;
using GPT4RoI.Gateway.Admission;
using GPT4RoI.Gateway.Tenants;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace GPT4RoI.Gateway.Images;

/// <summary>
/// A tenant's uploaded images in Redis: the bytes where the silos look for them, and beside them a small entry with the descriptor alone,
/// so that asking about an image does not fetch it. Both live <see cref="StoreOptions.MediaLifetime"/> from the last upload or use.
/// </summary>
internal sealed class ImageStore(IConnectionMultiplexer redis, FeatureKey keys, IOptions<StoreOptions> options, TimeProvider time)
{
    private readonly TimeSpan _lifetime = options.Value.MediaLifetime;

    /// <summary>Stores an upload, or renews it if the tenant has it already.</summary>
    public async Task<ImageDescriptor> PutAsync(Tenant tenant, ReadOnlyMemory<byte> bytes, ImageHeader header, CancellationToken cancellationToken)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes.Span));
        var id = keys.ImageId(tenant.Id, hash);
        var before = await FindAsync(tenant, id, cancellationToken);
        var image = new ImageDescriptor(
            id, hash, header.Width, header.Height, header.MediaType, bytes.Length, before?.CreatedAt ?? time.GetUtcNow());

        var store = redis.GetDatabase();
        var media = store.StringSetAsync(GrainKeys.Media(tenant.Id, id), MediaEnvelope.Write(image, bytes.Span), _lifetime);
        var about = store.StringSetAsync(AboutKey(tenant, id), MediaEnvelope.Write(image, []), _lifetime);
        await Task.WhenAll(media, about).WaitAsync(cancellationToken);
        return image;
    }

    /// <summary>The descriptor of an image whose bytes are still there, or null. Renews both.</summary>
    public async Task<ImageDescriptor?> FindAsync(Tenant tenant, string imageId, CancellationToken cancellationToken)
    {
        var store = redis.GetDatabase();
        var media = store.KeyExpireAsync(GrainKeys.Media(tenant.Id, imageId), _lifetime);
        var renewed = store.KeyExpireAsync(AboutKey(tenant, imageId), _lifetime);
        var about = store.StringGetAsync(AboutKey(tenant, imageId));
        await Task.WhenAll(media, renewed, about).WaitAsync(cancellationToken);
        return await media && MediaEnvelope.TryRead((byte[]?)await about, out var image, out _) && image.ImageId == imageId ? image : null;
    }

    /// <summary>Deletes an image; false if it was not there.</summary>
    public async Task<bool> DeleteAsync(Tenant tenant, string imageId, CancellationToken cancellationToken)
    {
        var store = redis.GetDatabase();
        var media = store.KeyDeleteAsync(GrainKeys.Media(tenant.Id, imageId));
        var about = store.KeyDeleteAsync(AboutKey(tenant, imageId));
        await Task.WhenAll(media, about).WaitAsync(cancellationToken);
        return await media;
    }

    private static string AboutKey(Tenant tenant, string imageId) => GrainKeys.Media(tenant.Id, imageId) + ":about";
}
