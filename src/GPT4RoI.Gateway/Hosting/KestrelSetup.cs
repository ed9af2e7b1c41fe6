using System.Net;
using GPT4RoI.Gateway.Admission;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace GPT4RoI.Gateway.Hosting;

/// <summary>
/// Two cleartext ports, because HTTP/1.1 and HTTP/2 can share one only behind TLS, where ALPN tells them apart: <c>Kestrel:Endpoints</c>
/// with a certificate replaces both. Without API keys only loopback is bound.
/// </summary>
internal sealed class KestrelSetup(IOptions<GatewayOptions> gateway, IOptions<AdmissionOptions> admission, IConfiguration configuration)
    : IConfigureOptions<KestrelServerOptions>
{
    private const int StreamsPerConnection = 256, Connections = 10_000, HeaderBytes = 16 * 1024;

    public void Configure(KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        var limits = options.Limits;
        limits.MaxConcurrentConnections = Connections;
        limits.MaxRequestBodySize = 2L * admission.Value.MaxImageBytes; // gRPC-Web: chunks in frames, base64 at worst
        limits.MaxRequestHeadersTotalSize = HeaderBytes;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.Http2.MaxStreamsPerConnection = StreamsPerConnection;
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30); // finds clients that vanished without a word
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);

        if (configuration.GetSection("Kestrel:Endpoints").GetChildren().Any())
        {
            return;
        }
        Listen(options, gateway.Value.GrpcPort, HttpProtocols.Http2);
        Listen(options, gateway.Value.HttpPort, HttpProtocols.Http1);
    }

    private void Listen(KestrelServerOptions options, int port, HttpProtocols protocols)
    {
        void Use(ListenOptions endpoint) => endpoint.Protocols = protocols;

        if (gateway.Value.ApiKeys.Count > 0)
        {
            options.ListenAnyIP(port, Use);
        }
        else if (port == 0)
        {
            options.Listen(IPAddress.Loopback, port, Use); // a free port cannot be the same one for IPv4 and IPv6
        }
        else
        {
            options.ListenLocalhost(port, Use);
        }
    }
}
