using GPT4RoI.Gateway.Hosting;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace GPT4RoI.Gateway.Tests.Fixtures;

/// <summary>A gateway on real Kestrel and free loopback ports.</summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    public static readonly string Secret = Convert.ToBase64String([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);

    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;
    private readonly FakeLogCollector _logs;

    private GatewayHost(WebApplication app)
    {
        _app = app;
        _logs = app.Services.GetFakeLogCollector();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        (GrpcAddress, HttpAddress) = (new Uri(addresses[0]), Reachable(new Uri(addresses[^1])));
        _channel = GrpcChannel.ForAddress(
            Reachable(GrpcAddress), new() { HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true }, DisposeHttpClient = true });
    }

    public IServiceProvider Services => _app.Services;

    public Uri GrpcAddress { get; }

    public Uri HttpAddress { get; }

    public IReadOnlyList<FakeLogRecord> Logs => _logs.GetSnapshot();

    public V1.ImageService.ImageServiceClient Images => new(_channel);

    public V1.ConversationService.ConversationServiceClient Conversations => new(_channel);

    public V1.RegionService.RegionServiceClient Regions => new(_channel);

    public V1.ModelService.ModelServiceClient Model => new(_channel);

    /// <summary>Calls without anything added.</summary>
    public CallInvoker Anonymous => _channel.CreateCallInvoker();

    public static async Task<GatewayHost> StartAsync(
        Backend backend, Dictionary<string, string?>? settings = null, Action<IServiceCollection>? configure = null) =>
        await StartAsync(
            builder =>
            {
                builder.Services.AddSingleton(backend.Grains);
                configure?.Invoke(builder.Services);
            },
            With(settings, "Store:Features", backend.StoreConnection));

    /// <summary>A gateway whose grain factory the caller supplies.</summary>
    public static async Task<GatewayHost> StartAsync(Action<WebApplicationBuilder> configure, Dictionary<string, string?> settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Gateway:GrpcPort"] = "0",
            ["Gateway:HttpPort"] = "0",
            ["Cluster:Secret"] = Secret,
        });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.ClearProviders().AddFakeLogging().SetMinimumLevel(LogLevel.Debug);
        configure(builder);
        builder.AddGateway();
        var app = builder.Build();
        app.MapGateway();
        await app.StartAsync();
        return new(app);
    }

    /// <summary>Calls with an API key.</summary>
    public CallInvoker WithKey(string key) => _channel.Intercept(metadata =>
    {
        metadata.Add("x-api-key", key);
        return metadata;
    });

    /// <summary>Stops as SIGTERM does: calls may end first.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.DisposeAsync();
    }

    private static Dictionary<string, string?> With(Dictionary<string, string?>? settings, string key, string value)
    {
        Dictionary<string, string?> all = new(settings ?? []);
        all.TryAdd(key, value);
        return all;
    }

    private static Uri Reachable(Uri bound) => new UriBuilder(bound) { Host = "127.0.0.1" }.Uri;
}
