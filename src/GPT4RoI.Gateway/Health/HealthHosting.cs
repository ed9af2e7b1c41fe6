using GPT4RoI.Contracts;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GPT4RoI.Gateway.Health;

/// <summary>grpc.health.v1: <c>gateway</c> is this process alone, <c>vision</c>, <c>roi</c> and <c>llm</c> the roles, and "" all of it.</summary>
internal static class HealthHosting
{
    public const string Gateway = "gateway";

    private const string Store = "store";

    public static void AddGatewayHealth(this IServiceCollection services)
    {
        string[] roles = [Roles.Vision, Roles.Roi, Roles.Llm];
        var health = services
            .AddGrpcHealthChecks(options =>
            {
                options.Services.Clear();
                options.Services.Map("", _ => true);
                foreach (var name in (string[])[Gateway, .. roles])
                {
                    options.Services.Map(name, check => check.Name == name);
                }
            })
            .AddCheck(Gateway, () => HealthCheckResult.Healthy())
            .AddCheck<StoreCheck>(Store);
        foreach (var role in roles)
        {
            health.AddCheck<RoleCheck>(role);
        }
    }
}
