using System.Security.Cryptography;
using GPT4RoI.Cluster.Tests.Processes;
using GPT4RoI.Contracts.Images;
using GPT4RoI.Contracts.Keys;
using GPT4RoI.Contracts.Store;
using GPT4RoI.Operations;
using GPT4RoI.Silo.Hosting;
using GPT4RoI.Silo.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

// the tests share one engine and count what it does
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(SiloFixture))]

namespace GPT4RoI.Silo.Tests.Support;

/// <summary>One silo with every role in this process, over a real redis-server; started when a test first asks for it.</summary>
public sealed class SiloFixture : IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1, 1);
    private RedisServer? _redis;
    private LiveSilo? _silo;

    internal async Task<LiveSilo> StartAsync()
    {
        await _starting.WaitAsync();
        try
        {
            return _silo ??= await StartSiloAsync();
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_silo is not null)
        {
            await _silo.DisposeAsync();
        }
        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }
        _starting.Dispose();
    }

    private async Task<LiveSilo> StartSiloAsync()
    {
        _redis = await RedisServer.StartAsync(TestContext.Current.CancellationToken);
        var silo = await LiveSilo.StartAsync(_redis.Port, new Dictionary<string, string?>());
        return silo;
    }
}

/// <summary>A running silo and what tests need of it.</summary>
internal sealed class LiveSilo : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConnectionMultiplexer _redis;

    private LiveSilo(WebApplication app, ConnectionMultiplexer redis) => (_app, _redis) = (app, redis);

    public IServiceProvider Services => _app.Services;

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    public FeatureKey Keys => Services.GetRequiredService<FeatureKey>();

    public ModelHost Model => Services.GetRequiredService<ModelHost>();

    /// <summary>The feature store as Redis sees it.</summary>
    public IDatabase Store => _redis.GetDatabase(1);

    public static async Task<LiveSilo> StartAsync(int redisPort, IReadOnlyDictionary<string, string?> settings)
    {
        var ports = FreePorts.Take(2);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(settings)
        {
            ["Cluster:Redis"] = $"127.0.0.1:{redisPort},defaultDatabase=0",
            ["Cluster:Secret"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["Store:Features"] = $"127.0.0.1:{redisPort},defaultDatabase=1",
            ["Silo:Roles"] = "vision,roi,llm",
            ["Silo:Model"] = Tiny.Model,
            ["Silo:Threads"] = "1", // the matrices are too small to share among threads
            ["Silo:SiloPort"] = $"{ports[0]}",
            ["Silo:GatewayPort"] = "0",
            ["Operations:Port"] = $"{ports[1]}",
            ["Engine:KvCacheBytes"] = $"{64 << 20}",
            ["Conversations:MaxConversationsPerTenant"] = "20",
            // tests look at the store, so this node must look there too
            ["Store:LocalCacheBytes"] = $"{1 << 20}",
        });
        builder.AddOperations("silo-tests");
        builder.AddSilo(silo => silo.UseDevelopmentClustering(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, ports[0])));
        var app = builder.Build();
        app.MapOperations();
        app.MapSilo();
        await app.StartAsync();
        return new LiveSilo(app, await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{redisPort}"));
    }

    /// <summary>Stores a picture as a gateway does; a different number gives a different file of the same pixels.</summary>
    public async Task<ImageDescriptor> UploadAsync(string tenantId, byte[] picture, int number, int width = 451, int height = 300)
    {
        byte[] bytes = [.. picture, .. BitConverter.GetBytes(number)];
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        var image = new ImageDescriptor(Keys.ImageId(tenantId, hash), hash, width, height, "image/png", bytes.Length, DateTimeOffset.UnixEpoch);
        await Store.StringSetAsync(GrainKeys.Media(tenantId, image.ImageId), MediaEnvelope.Write(image, bytes));
        return image;
    }

    /// <summary>The key of an image's features.</summary>
    public string KeyOf(string tenantId, ImageDescriptor image) => Keys.ForImage(tenantId, image, Model.Info.Fingerprint);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _redis.DisposeAsync();
    }
}
