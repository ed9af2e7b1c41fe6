using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace GPT4RoI.Gateway.Health;

/// <summary>Healthy while the gateway is connected to the store of images.</summary>
internal sealed class StoreCheck(IConnectionMultiplexer redis) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(redis.IsConnected ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
}
