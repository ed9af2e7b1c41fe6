using System.Diagnostics.Metrics;
using GPT4RoI.Cluster.Tests.Processes;
using GPT4RoI.Contracts.Keys;
using GPT4RoI.Contracts.Store;
using GPT4RoI.Engine.Caching;
using GPT4RoI.Silo.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace GPT4RoI.Silo.Tests.Features;

public sealed class FeatureStoreTests : IAsyncLifetime
{
    private static readonly FeatureLayout Layout = new("this-model", 4, [3, 2], [5]);
    private static readonly float[] Vector = [1, -2, 3.5f, 0, 5];

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ByteBoundedCache<string, float[]> _local = new("test", 1 << 20, values => values.Length * sizeof(float));
    private RedisServer? _redis;
    private ConnectionMultiplexer? _connection;
    private RedisStore? _store;

    private IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

    private IDatabase Redis => _connection!.GetDatabase();

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync(TestContext.Current.CancellationToken);
        _connection = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{_redis.Port}");
    }

    public async ValueTask DisposeAsync()
    {
        await (_store?.DisposeAsync() ?? default);
        await (_connection?.DisposeAsync() ?? default);
        await (_redis?.DisposeAsync() ?? default);
        await _services.DisposeAsync();
        _local.Dispose();
    }

    public static TheoryData<string> Poisons => [.. Poison.Kinds.Keys];

    [Theory]
    [MemberData(nameof(Poisons))]
    public async Task ReadRegion_PoisonedEntry_IsRefusedDeletedAndCounted(string kind)
    {
        var store = Open(_local);
        using var lookups = new MetricCollector<long>(Meters, FeatureInstruments.MeterName, "gpt4roi.feature_cache.lookups");
        await Redis.StringSetAsync(GrainKeys.RegionVector("key"), Poison.Kinds[kind](TensorEnvelope.Write("this-model", [5], Vector)));

        Assert.Null(await store.ReadRegionAsync("key", TestContext.Current.CancellationToken));

        Assert.False(await store.HasRegionAsync("key", TestContext.Current.CancellationToken));
        Assert.Equal("refused", Assert.Single(lookups.GetMeasurementSnapshot()).Tags["result"]);
    }

    [Fact]
    public async Task ReadRegion_AfterAnotherNodeWroteIt_IsWhatWasWrittenAndThenLocal()
    {
        using var elsewhere = new ByteBoundedCache<string, float[]>("other-node", 1 << 20, values => values.Length * sizeof(float));
        var writer = Open(elsewhere);
        await writer.WriteRegionAsync("key", Vector, TestContext.Current.CancellationToken);
        await _store!.DisposeAsync();
        var reader = Open(_local);

        Assert.Equal(Vector, await reader.ReadRegionAsync("key", TestContext.Current.CancellationToken));

        await Redis.KeyDeleteAsync(GrainKeys.RegionVector("key"));
        Assert.Equal(Vector, await reader.ReadRegionAsync("key", TestContext.Current.CancellationToken));
        Assert.False(await reader.HasRegionAsync("key", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task WriteLevels_AllLevels_AreThereWithATimeToLive()
    {
        var store = Open(_local);
        float[][] levels = [.. Enumerable.Range(0, 4).Select(level => Enumerable.Repeat((float)level, 6).ToArray())];
        Assert.False(await store.HasLevelsAsync("key", TestContext.Current.CancellationToken));

        await store.WriteLevelsAsync("key", levels, TestContext.Current.CancellationToken);

        Assert.True(await store.HasLevelsAsync("key", TestContext.Current.CancellationToken));
        for (var level = 0; level < 4; level++)
        {
            Assert.Equal(levels[level], await store.ReadLevelAsync("key", level, TestContext.Current.CancellationToken));
            Assert.InRange((await Redis.KeyTimeToLiveAsync(GrainKeys.Level("key", level)))!.Value, TimeSpan.FromMinutes(59), TimeSpan.FromHours(1));
        }
        await Redis.KeyDeleteAsync(GrainKeys.Level("key", 2));
        Assert.False(await store.HasLevelsAsync("key", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ReadRegion_StoreIsGone_FailsWithinItsDeadline()
    {
        var store = Open(_local);
        Assert.Null(await store.ReadRegionAsync("key", TestContext.Current.CancellationToken));
        await _redis!.DisposeAsync();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ReadRegionAsync("key", TestContext.Current.CancellationToken));
    }

    private FeatureStore Open(ByteBoundedCache<string, float[]> local)
    {
        var options = Options.Create(new StoreOptions { Features = $"127.0.0.1:{_redis!.Port}", Deadline = TimeSpan.FromSeconds(5) });
        _store = new RedisStore(options, TimeProvider.System);
        return new FeatureStore(_store, Layout, local, options, new FeatureInstruments(Meters), NullLogger<FeatureStore>.Instance);
    }
}
