using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace GPT4RoI.Operations;

/// <summary>What every process of the cluster shows to whoever runs it: health and metrics on a port of their own, traces by OTLP.</summary>
internal static class OperationsHosting
{
    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static readonly string[] Meters =
        ["GPT4RoI.*", "Microsoft.Orleans", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    private static readonly string[] Sources = ["GPT4RoI.*", "Microsoft.Orleans.Application"];

    /// <summary>Adds the port, the exporters and the standard's own settings: <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> and what belongs to it.</summary>
    /// <param name="builder">The host's.</param>
    /// <param name="service">Names the process in metrics and traces, unless <c>OTEL_SERVICE_NAME</c> does.</param>
    public static void AddOperations(this IHostApplicationBuilder builder, string service)
    {
        var services = builder.Services;
        services.AddOptions<OperationsOptions>().BindConfiguration(OperationsOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<OperationsOptions>, OperationsOptionsValidator>();
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>, OperationsPort>();
        var exports = !string.IsNullOrEmpty(builder.Configuration[OtlpEndpoint]);
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(builder.Configuration["OTEL_SERVICE_NAME"] ?? service))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(Meters).AddPrometheusExporter();
                if (exports)
                {
                    metrics.AddOtlpExporter();
                }
            })
            .WithTracing(traces =>
            {
                traces.AddSource(Sources).AddAspNetCoreInstrumentation(requests => requests.Filter = context => !OperationsPort.IsOf(context));
                if (exports)
                {
                    traces.AddOtlpExporter();
                }
            });
    }

    /// <summary>
    /// Maps <c>/health/live</c> (200 while the process answers), <c>/health/ready</c> (200 while every part of it takes work, else 503) and
    /// <c>/metrics</c>, on their port alone. Before everything that ends requests.
    /// </summary>
    public static void MapOperations(this WebApplication app)
    {
        app.UseOpenTelemetryPrometheusScrapingEndpoint(context => OperationsPort.IsOf(context) && context.Request.Path == "/metrics");
        var own = app.MapGroup("/health").AddEndpointFilter(
            async (context, next) => OperationsPort.IsOf(context.HttpContext) ? await next(context) : Results.NotFound());
        own.MapGet("/live", () => Results.Ok());
        own.MapGet("/ready", (IEnumerable<IReadiness> parts) =>
            Results.StatusCode(parts.All(part => part.IsReady) ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable));
    }
}
