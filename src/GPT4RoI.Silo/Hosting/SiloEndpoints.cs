using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace GPT4RoI.Silo.Hosting;

/// <summary>
/// The silo's own HTTP port, on loopback: readiness and the state of the engine. In a process that listens on other ports as well, these
/// paths exist on this one only: its connections carry a mark that no request can forge.
/// </summary>
internal static class SiloEndpoints
{
    private sealed class OwnPort;

    /// <summary>Makes Kestrel listen on <c>Silo:HttpPort</c>.</summary>
    public static void AddSiloPort(this IServiceCollection services) =>
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<SiloOptions>>((kestrel, silo) =>
            kestrel.ListenLocalhostOrFree(silo.Value.HttpPort, listen => listen.Use(next => connection =>
            {
                connection.Features.Set(new OwnPort());
                return next(connection);
            })));

    /// <summary>Maps <c>/health/ready</c> (200 while the silo is in the cluster, else 503) and <c>/debug/engine</c> (the engine's snapshot).</summary>
    public static void MapSilo(this WebApplication app)
    {
        var own = app.MapGroup("").AddEndpointFilter(async (context, next) =>
            context.HttpContext.Features.Get<OwnPort>() is null ? Results.NotFound() : await next(context));
        own.MapGet("/health/ready", (SiloReadiness readiness) => Results.StatusCode(readiness.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable));
        own.MapGet("/debug/engine", (ModelHost model) => model.HasLanguage ? Results.Json(model.Language.Engine.Snapshot) : Results.NotFound());
    }

    private static void ListenLocalhostOrFree(this KestrelServerOptions kestrel, int port, Action<ListenOptions> configure)
    {
        if (port == 0)
        {
            kestrel.Listen(IPAddress.Loopback, port, configure);
        }
        else
        {
            kestrel.ListenLocalhost(port, configure);
        }
    }
}
