using System.Security.Cryptography;
using System.Text;

namespace GPT4RoI.Gateway.Tests.Fixtures;

/// <summary>Settings with API keys.</summary>
internal static class ApiKeys
{
    public static Dictionary<string, string?> For(params (string Key, string Tenant)[] keys) => new(keys.SelectMany((entry, i) => new KeyValuePair<string, string?>[]
    {
        new($"Gateway:ApiKeys:{i}:Tenant", entry.Tenant),
        new($"Gateway:ApiKeys:{i}:Sha256", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(entry.Key)))),
    }));
}
