using System.Text.RegularExpressions;
using Grpc.Core;

namespace GPT4RoI.Gateway.Tenants;

/// <summary>Whose call it is. Everything that a call may see or count against hangs on this id.</summary>
/// <param name="Id">Lower-case letters, digits and hyphens, 1 to 64: safe inside grain keys and store keys.</param>
internal sealed partial record Tenant(string Id)
{
    /// <summary>The tenant of a server without keys.</summary>
    public static readonly Tenant Local = new("local");

    /// <summary>True for an id that may be configured.</summary>
    public static bool IsValidId(string? id) => id is not null && IdPattern().IsMatch(id);

    [GeneratedRegex(@"\A[a-z0-9-]{1,64}\z")]
    private static partial Regex IdPattern();
}

/// <summary>Carries the tenant along a call.</summary>
internal static class TenantOfCall
{
    private static readonly object Key = new();

    /// <summary>The authenticated tenant. Every call but the health service's has one.</summary>
    public static Tenant Tenant(this ServerCallContext context) => (Tenant)context.UserState[Key];

    /// <summary>The tenant, or null on a call that needs none.</summary>
    public static Tenant? TenantOrNull(this ServerCallContext context) => context.UserState.TryGetValue(Key, out var tenant) ? (Tenant)tenant : null;

    /// <summary>Sets the tenant; for the interceptor that authenticates.</summary>
    public static void SetTenant(this ServerCallContext context, Tenant tenant) => context.UserState[Key] = tenant;
}
