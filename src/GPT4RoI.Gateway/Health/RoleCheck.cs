using GPT4RoI.Gateway.Cluster;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GPT4RoI.Gateway.Health;

/// <summary>Healthy while the cluster has a live silo of the role that the check is named after.</summary>
internal sealed class RoleCheck(LiveRoles roles) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        (await roles.GetAsync(cancellationToken)).Contains(context.Registration.Name) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy();
}
