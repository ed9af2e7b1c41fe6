using System.Globalization;
using GPT4RoI.Client;
using GPT4RoI.Cluster.Tests;
using GPT4RoI.Cluster.Tests.Processes;
using Xunit.v3;

// the tests share machines: two cores in the worst case, and counters of the same engines
[assembly: Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(ClusterFixture))]

namespace GPT4RoI.Cluster.Tests;

/// <summary>
/// A cluster of real processes on loopback, started when a test first asks for it: redis-server, a silo with the roles vision and roi, two silos
/// with the role llm, and a gateway.
/// </summary>
public sealed class ClusterFixture : IAsyncDisposable
{
    private const string Secret = "dGhlIHNlY3JldCBvZiBhIGNsdXN0ZXIgdGhhdCBsaXZlcyBmb3IgYSBtaW51dGU=";

    private readonly SemaphoreSlim _starting = new(1, 1);
    private readonly Stack<IAsyncDisposable> _processes = [];
    private RunningCluster? _cluster;

    internal async Task<RunningCluster> StartAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken);
        try
        {
            return _cluster ??= await StartProcessesAsync(cancellationToken);
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        while (_processes.TryPop(out var process))
        {
            await process.DisposeAsync();
        }
        _starting.Dispose();
    }

    private async Task<RunningCluster> StartProcessesAsync(CancellationToken cancellationToken)
    {
        var redis = Own(await RedisServer.StartAsync(cancellationToken));
        string[] shared =
        [
            $"--Cluster:Redis=127.0.0.1:{redis.Port},defaultDatabase=0", $"--Store:Features=127.0.0.1:{redis.Port},defaultDatabase=1",
            $"--Cluster:Secret={Secret}", "--Logging:LogLevel:Default=Warning",
        ];
        var vision = StartSilo("vision", "vision,roi", shared);
        var first = StartSilo("llm-1", "llm", shared);
        var second = StartSilo("llm-2", "llm", shared);
        await Task.WhenAll(new[] { vision, first, second }.Select(silo => silo.UntilReadyAsync(cancellationToken)));

        var gateway = StartGateway("gateway", shared);
        var cluster = new RunningCluster(
            gateway, vision, [first, second], redis.Port, name => StartSilo(name, "llm", shared), (name, settings) => StartGateway(name, [.. shared, .. settings]));
        await gateway.UntilServesAsync(null, cancellationToken);
        return cluster;
    }

    private GatewayProcess StartGateway(string name, IEnumerable<string> settings)
    {
        var ports = FreePorts.Take(3);
        return new GatewayProcess(
            Own(ChildProcess.StartDotnet(
                name, Built.Program("GPT4RoI.Gateway"), Built.Root, [$"--Gateway:GrpcPort={ports[0]}", $"--Gateway:HttpPort={ports[1]}", $"--Operations:Port={ports[2]}", .. settings])),
            new Uri($"http://localhost:{ports[0]}"), new Uri($"http://localhost:{ports[1]}"), new Uri($"http://localhost:{ports[2]}"));
    }

    private SiloProcess StartSilo(string name, string roles, IEnumerable<string> shared)
    {
        var ports = FreePorts.Take(3);
        string[] arguments =
        [
            .. shared, "--Silo:Threads=1", $"--Silo:Roles={roles}", $"--Silo:Model={Built.File("tests/golden/tiny")}", $"--Silo:SiloPort={ports[0]}",
            $"--Silo:GatewayPort={ports[1]}", $"--Operations:Port={ports[2]}", "--Engine:KvCacheBytes=" + (64 << 20).ToString(CultureInfo.InvariantCulture),
        ];
        return new SiloProcess(Own(ChildProcess.StartDotnet(name, Built.Program("GPT4RoI.Silo"), Built.Root, arguments)), ports[2]);
    }

    private T Own<T>(T process)
        where T : IAsyncDisposable
    {
        _processes.Push(process);
        return process;
    }
}

/// <summary>The cluster as tests use it.</summary>
/// <param name="Gateway">The gateway without keys: whoever calls is the tenant <c>local</c>.</param>
/// <param name="Vision">The silo with the roles vision and roi.</param>
/// <param name="Llm">The silos with the role llm.</param>
/// <param name="StorePort">Port of the redis-server; features are in database 1.</param>
/// <param name="StartLlm">Starts another silo with the role llm.</param>
/// <param name="StartGateway">Starts another gateway, with settings of its own.</param>
internal sealed record RunningCluster(
    GatewayProcess Gateway, SiloProcess Vision, IReadOnlyList<SiloProcess> Llm, int StorePort, Func<string, SiloProcess> StartLlm,
    Func<string, string[], GatewayProcess> StartGateway)
{
    /// <summary>Where the gateway listens.</summary>
    public Uri Address => Gateway.Address;

    /// <summary>A client of the gateway.</summary>
    public Gpt4RoiClient Connect() => Gateway.Connect();

    /// <summary>The states of the llm silos' engines.</summary>
    public Task<EngineState[]> EnginesAsync(CancellationToken cancellationToken) => Task.WhenAll(Llm.Select(silo => silo.EngineAsync(cancellationToken)));
}
