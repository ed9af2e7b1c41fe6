using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace GPT4RoI.Operations;

/// <summary>
/// The port of health and metrics. A process may listen on other ports as well; what belongs to this one is not found there: its connections carry a
/// mark that no request can forge.
/// </summary>
internal sealed class OperationsPort(IOptions<OperationsOptions> options) : IConfigureOptions<KestrelServerOptions>
{
    private sealed class Mark;

    /// <summary>True if the request came in here.</summary>
    public static bool IsOf(HttpContext context) => context.Features.Get<Mark>() is not null;

    /// <summary>True if it came from this host, too.</summary>
    public static bool IsLocal(HttpContext context) => IsOf(context) && context.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote);

    /// <inheritdoc />
    public void Configure(KestrelServerOptions kestrel)
    {
        var (address, port) = (IPAddress.Parse(options.Value.Address), options.Value.Port);
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
        {
            kestrel.ListenAnyIP(port, Listen);
        }
        else if ((address.Equals(IPAddress.Loopback) || address.Equals(IPAddress.IPv6Loopback)) && port != 0)
        {
            kestrel.ListenLocalhost(port, Listen);
        }
        else
        {
            kestrel.Listen(address, port, Listen);
        }

        static void Listen(ListenOptions listen)
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(next => connection =>
            {
                connection.Features.Set(new Mark());
                return next(connection);
            });
        }
    }
}
