using System.Net.Http.Json;
using GPT4RoI.Cluster.Tests.Processes;

namespace GPT4RoI.Cluster.Tests;

/// <summary>A silo in a process of its own, and its HTTP port.</summary>
internal sealed class SiloProcess(ChildProcess process, int httpPort)
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>The process.</summary>
    public ChildProcess Process => process;

    /// <summary>Where its health and metrics are.</summary>
    public Uri Operations { get; } = new($"http://127.0.0.1:{httpPort}");

    /// <summary>Waits until it has joined the cluster.</summary>
    public Task UntilReadyAsync(CancellationToken cancellationToken) => process.UntilAsync(
        "is ready",
        async () =>
        {
            try
            {
                using var reply = await Http.GetAsync($"http://127.0.0.1:{httpPort}/health/ready", cancellationToken);
                return reply.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        },
        cancellationToken);

    /// <summary>The engine's state.</summary>
    public async Task<EngineState> EngineAsync(CancellationToken cancellationToken) =>
        await Http.GetFromJsonAsync<EngineState>($"http://127.0.0.1:{httpPort}/debug/engine", cancellationToken)
        ?? throw new InvalidOperationException("the silo says nothing of its engine");
}

/// <summary>What these tests read of an engine's snapshot.</summary>
internal sealed record EngineState(int Running, int Waiting, int BlocksUsed, int BlocksTotal, long PromptTokens, long PrefixHitTokens, long OutputTokens);
