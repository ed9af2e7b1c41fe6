using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.TestingHost;
using StackExchange.Redis;

[assembly: AssemblyFixture(typeof(GPT4RoI.Gateway.Tests.Fixtures.Backend))]

namespace GPT4RoI.Gateway.Tests.Fixtures;

/// <summary>What stands behind every gateway of these tests: a real silo with fake grains, and a real Redis.</summary>
public sealed class Backend : IAsyncLifetime
{
    private InProcessTestCluster? _cluster;
    private RedisServer? _redis;
    private ConnectionMultiplexer? _connection;

    internal FakeState State { get; } = new();

    internal IGrainFactory Grains => Required(_cluster).Client;

    internal string StoreConnection => Required(_redis).ConnectionString;

    internal IDatabase Store => Required(_connection).GetDatabase();

    public async ValueTask InitializeAsync()
    {
        if (!RedisServer.IsInstalled)
        {
            return; // the tests that use it say so
        }
        _redis = await RedisServer.StartAsync();
        _connection = await ConnectionMultiplexer.ConnectAsync(_redis.ConnectionString);
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(State);
            silo.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Error));
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }
        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }
    }

    private static T Required<T>(T? part)
    {
        RedisServer.SkipIfMissing();
        return part!;
    }
}
