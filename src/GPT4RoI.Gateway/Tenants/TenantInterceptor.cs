using GPT4RoI.Gateway.Errors;
using GPT4RoI.Gateway.Hosting;
using Grpc.Core;

namespace GPT4RoI.Gateway.Tenants;

/// <summary>Authenticates every call but the health service's, reflection included, before anything of it is read.</summary>
internal sealed class TenantInterceptor(TenantDirectory directory) : CallInterceptor
{
    private const string KeyHeader = "x-api-key", AuthorizationHeader = "authorization", Scheme = "Bearer ";

    protected override Task<T> AroundAsync<T>(ServerCallContext context, MethodType type, Func<Task<T>> call)
    {
        if (!context.IsHealthCall())
        {
            context.SetTenant(Authenticate(context));
        }
        return call();
    }

    private Tenant Authenticate(ServerCallContext context)
    {
        if (!directory.NeedsKey)
        {
            var http = context.GetHttpContext();
            return TenantDirectory.IsLocal(http.Connection.RemoteIpAddress, http.Request.Host.Host)
                ? Tenant.Local
                : throw RpcErrors.Unauthenticated("LOOPBACK_ONLY", "No API keys are configured, so only this machine is served.");
        }
        if (PresentedKey(context.RequestHeaders) is not { } key)
        {
            throw RpcErrors.Unauthenticated("API_KEY_MISSING", "Send an API key in x-api-key or authorization: Bearer.");
        }
        return directory.TryFindByKey(key, out var tenant) ? tenant : throw RpcErrors.Unauthenticated("API_KEY_INVALID", "The API key is not valid.");
    }

    private static string? PresentedKey(Metadata headers)
    {
        if (headers.GetValue(KeyHeader) is { } key)
        {
            return key;
        }
        return headers.GetValue(AuthorizationHeader) is { } value && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? value[Scheme.Length..].Trim()
            : null;
    }
}
