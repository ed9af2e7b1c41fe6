using GPT4RoI.Gateway.Errors;
using GPT4RoI.Gateway.Hosting;
using Grpc.Core;

namespace GPT4RoI.Gateway.Tenants;

/// <summary>Authenticates every call but the health service's, reflection included, before anything of it is read.</summary>
internal sealed class TenantInterceptor(TenantDirectory directory) : CallInterceptor
{
    protected override Task<T> AroundAsync<T>(ServerCallContext context, MethodType type, Func<Task<T>> call)
    {
        if (!context.IsHealthCall())
        {
            context.SetTenant(directory.TryAuthenticate(context.GetHttpContext(), out var tenant, out var stranger)
                ? tenant
                : throw RpcErrors.Unauthenticated(stranger.Reason, stranger.Message));
        }
        return call();
    }
}
