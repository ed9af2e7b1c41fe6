using GPT4RoI.Operations;

namespace GPT4RoI.Gateway.Health;

/// <summary>Whether this gateway takes calls: it listens, having found the cluster, until it is told to stop.</summary>
internal sealed class GatewayReadiness(IHostApplicationLifetime lifetime) : IReadiness
{
    /// <inheritdoc />
    public bool IsReady => lifetime.ApplicationStarted.IsCancellationRequested && !lifetime.ApplicationStopping.IsCancellationRequested;
}
