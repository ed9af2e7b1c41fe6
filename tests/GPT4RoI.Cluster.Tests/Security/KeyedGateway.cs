using System.Security.Cryptography;
using System.Text;
using GPT4RoI.Client;

namespace GPT4RoI.Cluster.Tests.Security;

/// <summary>A gateway of the running cluster that knows two tenants by their keys.</summary>
public sealed class KeyedGateway(ClusterFixture fixture)
{
    private const string FirstKey = "key-of-the-first-tenant", SecondKey = "key-of-the-second-tenant";

    private GatewayProcess? _gateway;

    internal async Task<(Gpt4RoiClient First, Gpt4RoiClient Second)> ConnectAsync(CancellationToken cancellationToken)
    {
        var cluster = await fixture.StartAsync(cancellationToken);
        _gateway ??= cluster.StartGateway("keyed-gateway", [.. Key(0, "first", FirstKey), .. Key(1, "second", SecondKey)]);
        await _gateway.UntilServesAsync(FirstKey, cancellationToken);
        return (_gateway.Connect(FirstKey), _gateway.Connect(SecondKey));
    }

    private static string[] Key(int at, string tenant, string key) =>
    [
        $"--Gateway:ApiKeys:{at}:Tenant={tenant}",
        $"--Gateway:ApiKeys:{at}:Sha256={Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}",
    ];
}
