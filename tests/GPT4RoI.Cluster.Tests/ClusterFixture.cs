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

        var ports = FreePorts.Take(2);
        var gateway = Own(ChildProcess.StartDotnet(
            "gateway", Built.Program("GPT4RoI.Gateway"), Built.Root,
            [.. shared, $"--Gateway:GrpcPort={ports[0]}", $"--Gateway:HttpPort={ports[1]}"]));
        var cluster = new RunningCluster(new Uri($"http://localhost:{ports[0]}"), [first, second], name => StartSilo(name, "llm", shared));
        await gateway.UntilAsync("serves the model", cluster.ServesAsync, cancellationToken);
        return cluster;
    }

    private SiloProcess StartSilo(string name, string roles, IEnumerable<string> shared)
    {
        var ports = FreePorts.Take(3);
        string[] arguments =
        [
            .. shared, "--Silo:Threads=1", $"--Silo:Roles={roles}", $"--Silo:Model={Built.File("tests/golden/tiny")}", $"--Silo:SiloPort={ports[0]}",
            $"--Silo:GatewayPort={ports[1]}", $"--Silo:HttpPort={ports[2]}", "--Engine:KvCacheBytes=" + (64 << 20).ToString(CultureInfo.InvariantCulture),
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
/// <param name="Address">Where the gateway listens.</param>
/// <param name="Llm">The silos with the role llm.</param>
/// <param name="StartLlm">Starts another one.</param>
internal sealed record RunningCluster(Uri Address, IReadOnlyList<SiloProcess> Llm, Func<string, SiloProcess> StartLlm)
{
    /// <summary>A client of the gateway.</summary>
    public Gpt4RoiClient Connect() => new(Address.ToString());

    /// <summary>True once the gateway answers for the cluster.</summary>
    public async Task<bool> ServesAsync()
    {
        try
        {
            await using var client = Connect();
            return (await client.GetModelAsync()).Name.Length > 0;
        }
        catch (Gpt4RoiException)
        {
            return false;
        }
    }
}
