using GPT4RoI.Gateway.Errors;
using GPT4RoI.Gateway.Hosting;
using GPT4RoI.Gateway.Tenants;
using Grpc.Core;

namespace GPT4RoI.Gateway.Admission;

/// <summary>Counts every call against its tenant and holds a slot for as long as an answer streams. Uploads take their slots themselves.</summary>
internal sealed class AdmissionInterceptor(AdmissionGate gate) : CallInterceptor
{
    /// <summary>Whom health watchers count as, all together; no tenant can have this id.</summary>
    private const string Nobody = "";

    protected override async Task<T> AroundAsync<T>(ServerCallContext context, MethodType type, Func<Task<T>> call)
    {
        var tenant = context.TenantOrNull()?.Id;
        if (tenant is not null)
        {
            gate.CountRequest(tenant).ThrowIfFailed();
        }
        if (type is not (MethodType.ServerStreaming or MethodType.DuplexStreaming))
        {
            return await call();
        }
        using var slot = gate.EnterStream(tenant ?? Nobody).OrThrow();
        return await call();
    }
}
