using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using GPT4RoI.Gateway.Hosting;
using Microsoft.Extensions.Options;

namespace GPT4RoI.Gateway.Tenants;

/// <summary>Finds the tenant of a call: by its key or, on a server without keys, by its coming from this machine.</summary>
internal sealed class TenantDirectory
{
    private const int LongestKey = 512;
    private const string KeyHeader = "x-api-key", Scheme = "Bearer ";

    private readonly (byte[] Hash, Tenant Tenant)[] _keys;

    public TenantDirectory(IOptions<GatewayOptions> options) =>
        _keys = [.. options.Value.ApiKeys.Select(entry => (Convert.FromHexString(entry.Sha256), new Tenant(entry.Tenant)))];

    /// <summary>Whose call it is, by its key or by where it comes from; or why it is nobody's.</summary>
    public bool TryAuthenticate(HttpContext call, [NotNullWhen(true)] out Tenant? tenant, [NotNullWhen(false)] out Stranger? stranger)
    {
        (tenant, stranger) = (null, null);
        if (_keys.Length == 0)
        {
            tenant = IsLocal(call.Connection.RemoteIpAddress, call.Request.Host.Host) ? Tenant.Local : null;
            stranger = tenant is null ? Stranger.NotLocal : null;
        }
        else if (PresentedKey(call.Request.Headers) is not { } key)
        {
            stranger = Stranger.WithoutKey;
        }
        else if (!TryFindByKey(key, out tenant))
        {
            stranger = Stranger.WithWrongKey;
        }
        return tenant is not null;
    }

    /// <summary>The tenant of a key. Every known hash is compared in full, so the time says nothing about any of them.</summary>
    public bool TryFindByKey(string key, [NotNullWhen(true)] out Tenant? tenant)
    {
        tenant = null;
        if (key.Length is 0 or > LongestKey)
        {
            return false;
        }
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(key));
        foreach (var (known, owner) in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, known))
            {
                tenant = owner;
            }
        }
        return tenant is not null;
    }

    private static string? PresentedKey(IHeaderDictionary headers)
    {
        if (headers.TryGetValue(KeyHeader, out var key))
        {
            return key.ToString();
        }
        var value = headers.Authorization.ToString();
        return value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? value[Scheme.Length..].Trim() : null;
    }

    /// <summary>
    /// True for a call from this machine to this machine. The host counts too: a page of another site whose name was made to resolve to
    /// loopback (DNS rebinding) sends that name.
    /// </summary>
    public static bool IsLocal(IPAddress? remote, string host) =>
        remote is not null && IPAddress.IsLoopback(remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote)
        && (host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)));
}
