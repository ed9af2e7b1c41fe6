using GPT4RoI.Client;
using GPT4RoI.Cluster.Tests.Processes;

namespace GPT4RoI.Cluster.Tests;

/// <summary>A gateway in a process of its own.</summary>
/// <param name="Process">The process.</param>
/// <param name="Address">Where it speaks gRPC.</param>
/// <param name="Web">Where it speaks gRPC-Web, over HTTP/1.1.</param>
/// <param name="Operations">Where its health and metrics are.</param>
internal sealed record GatewayProcess(ChildProcess Process, Uri Address, Uri Web, Uri Operations)
{
    /// <summary>A client of it.</summary>
    public Gpt4RoiClient Connect(string? apiKey = null) => new(Address.ToString(), apiKey);

    /// <summary>Waits until it answers for the cluster.</summary>
    public Task UntilServesAsync(string? apiKey, CancellationToken cancellationToken) => Process.UntilAsync(
        "serves the model",
        async () =>
        {
            try
            {
                await using var client = Connect(apiKey);
                return (await client.GetModelAsync(cancellationToken)).Name.Length > 0;
            }
            catch (Gpt4RoiException)
            {
                return false;
            }
        },
        cancellationToken);
}
