using GPT4RoI.Contracts.Keys;
using GPT4RoI.Contracts.Store;
using GPT4RoI.Engine.Caching;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace GPT4RoI.Silo.Features;

/// <summary>
/// Levels and region vectors by key: this node's memory first, then the store. Nothing read from the store is trusted: an entry of another
/// model, dtype or shape, with a wrong checksum or with a NaN, is deleted and reads as missing, so that its owner computes it again.
/// Entries never change, so memory needs no invalidation.
/// </summary>
internal sealed partial class FeatureStore(
    RedisStore store, FeatureLayout layout, ByteBoundedCache<string, float[]> local, IOptions<StoreOptions> options,
    FeatureInstruments instruments, ILogger<FeatureStore> logger)
{
    /// <summary>What stored features look like.</summary>
    public FeatureLayout Layout => layout;

    /// <summary>True if the store holds an entry for every level; says nothing of their contents.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public async Task<bool> HasLevelsAsync(string featureKey, CancellationToken cancellationToken)
    {
        var keys = Enumerable.Range(0, layout.Levels).Select(level => (RedisKey)GrainKeys.Level(featureKey, level)).ToArray();
        return await store.RunAsync(database => database.KeyExistsAsync(keys), cancellationToken).ConfigureAwait(false) == keys.Length;
    }

    /// <summary>True if the store holds an entry for the region; says nothing of its contents.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public Task<bool> HasRegionAsync(string regionKey, CancellationToken cancellationToken) =>
        store.RunAsync(database => database.KeyExistsAsync(GrainKeys.RegionVector(regionKey)), cancellationToken);

    /// <summary>One level, float32 [patches, channels] row-major, or null. Not to be written to.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public Task<float[]?> ReadLevelAsync(string featureKey, int level, CancellationToken cancellationToken) =>
        ReadAsync(GrainKeys.Level(featureKey, level), layout.LevelShape, cancellationToken);

    /// <summary>A region's vector, float32 [hidden], or null. Not to be written to.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public Task<float[]?> ReadRegionAsync(string regionKey, CancellationToken cancellationToken) =>
        ReadAsync(GrainKeys.RegionVector(regionKey), layout.RegionShape, cancellationToken);

    /// <summary>Stores all levels of an image, shallow to deep.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer; some levels may be there.</exception>
    public Task WriteLevelsAsync(string featureKey, IReadOnlyList<float[]> levels, CancellationToken cancellationToken) =>
        Task.WhenAll(levels.Select((values, level) => WriteAsync(GrainKeys.Level(featureKey, level), layout.LevelShape, values, cancellationToken)));

    /// <summary>Stores one region's vector.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public Task WriteRegionAsync(string regionKey, float[] vector, CancellationToken cancellationToken) =>
        WriteAsync(GrainKeys.RegionVector(regionKey), layout.RegionShape, vector, cancellationToken);

    private async Task<float[]?> ReadAsync(string key, int[] shape, CancellationToken cancellationToken)
    {
        if (local.TryGet(key, out var cached))
        {
            instruments.Local();
            return cached;
        }
        using var lease = await store.RunAsync(database => database.StringGetLeaseAsync(key), cancellationToken).ConfigureAwait(false);
        if (lease is null)
        {
            instruments.Miss();
            return null;
        }
        if (!TensorEnvelope.TryRead(lease.Memory, layout.ModelFingerprint, shape, out var values))
        {
            instruments.Refused();
            LogRefused(shape.Length == 1 ? "region vector" : "level");
            await store.RunAsync(database => database.KeyDeleteAsync(key), cancellationToken).ConfigureAwait(false);
            return null;
        }
        instruments.Hit();
        local.Add(key, values);
        return values;
    }

    private async Task WriteAsync(string key, int[] shape, float[] values, CancellationToken cancellationToken)
    {
        var frame = TensorEnvelope.Write(layout.ModelFingerprint, shape, values);
        await store.RunAsync(database => database.StringSetAsync(key, frame, options.Value.FeatureLifetime), cancellationToken).ConfigureAwait(false);
        local.Add(key, values);
    }

    [LoggerMessage(1, LogLevel.Warning, "Refused and deleted a {Kind} in the store: damaged, or not made by this model")]
    private partial void LogRefused(string kind);
}
