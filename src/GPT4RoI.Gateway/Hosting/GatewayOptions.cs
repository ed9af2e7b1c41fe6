using System.Text.RegularExpressions;
using GPT4RoI.Gateway.Tenants;
using Microsoft.Extensions.Options;

namespace GPT4RoI.Gateway.Hosting;

/// <summary>Where the gateway listens and whom it serves. Section <c>Gateway</c>.</summary>
internal sealed class GatewayOptions
{
    public const string Section = "Gateway";

    /// <summary>Port of cleartext HTTP/2: gRPC. Not used if <c>Kestrel:Endpoints</c> is configured. <value>0 (a free one)..65535, default 5090</value></summary>
    public int GrpcPort { get; set; } = 5090;

    /// <summary>Port of HTTP/1.1: gRPC-Web. Not used if <c>Kestrel:Endpoints</c> is configured. <value>0 (a free one)..65535, default 5091</value></summary>
    public int HttpPort { get; set; } = 5091;

    /// <summary>The keys. Without any, only loopback is bound and served, as tenant <c>local</c>.</summary>
    public IList<ApiKeyEntry> ApiKeys { get; } = [];

    /// <summary>Origins of web pages that may call over gRPC-Web, for example <c>https://app.example</c>. None: pages of the gateway itself only.</summary>
    public IList<string> CorsOrigins { get; } = [];
}

/// <summary>Checks <see cref="GatewayOptions"/> at start.</summary>
internal sealed partial class GatewayOptionsValidator : IValidateOptions<GatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        List<string> failures = [];
        CheckPort(nameof(options.GrpcPort), options.GrpcPort, failures);
        CheckPort(nameof(options.HttpPort), options.HttpPort, failures);
        if (options.GrpcPort == options.HttpPort && options.GrpcPort != 0)
        {
            failures.Add($"Gateway:GrpcPort and Gateway:HttpPort are both {options.GrpcPort}; give them different ports.");
        }
        for (var i = 0; i < options.ApiKeys.Count; i++)
        {
            if (!Tenant.IsValidId(options.ApiKeys[i].Tenant))
            {
                failures.Add($"Gateway:ApiKeys:{i}:Tenant must be 1 to 64 of a-z, 0-9 and hyphen.");
            }
            if (!Sha256Pattern().IsMatch(options.ApiKeys[i].Sha256))
            {
                failures.Add($"Gateway:ApiKeys:{i}:Sha256 must be the key's SHA-256 as 64 hex digits: printf %s KEY | sha256sum");
            }
        }
        if (options.ApiKeys.DistinctBy(key => key.Sha256, StringComparer.OrdinalIgnoreCase).Count() != options.ApiKeys.Count)
        {
            failures.Add("Gateway:ApiKeys holds a Sha256 twice; one key stands for one tenant.");
        }
        failures.AddRange(options.CorsOrigins
            .Where(origin => !Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.GetLeftPart(UriPartial.Authority) != origin)
            .Select(_ => "Gateway:CorsOrigins must hold origins without path or trailing slash, such as https://app.example"));
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void CheckPort(string key, int port, List<string> failures)
    {
        if (port is < 0 or > 65535)
        {
            failures.Add($"Gateway:{key} is {port}; set a port from 0 (any free one) to 65535.");
        }
    }

    [GeneratedRegex(@"\A[0-9a-fA-F]{64}\z")]
    private static partial Regex Sha256Pattern();
}
