using Grpc.Core;

namespace GPT4RoI.Gateway.Hosting;

/// <summary>Tells the calls that need no key from the others.</summary>
internal static class CallKinds
{
    private const string HealthService = "/grpc.health.v1.Health/";

    /// <summary>True for a call of the health service.</summary>
    public static bool IsHealthCall(this ServerCallContext context) => context.Method.StartsWith(HealthService, StringComparison.Ordinal);
}
