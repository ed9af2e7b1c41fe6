using GPT4RoI.Contracts.Keys;
using GPT4RoI.Gateway.Admission;
using GPT4RoI.Gateway.Cluster;
using GPT4RoI.Gateway.Errors;
using GPT4RoI.Gateway.Health;
using GPT4RoI.Gateway.Images;
using GPT4RoI.Gateway.OpenAi;
using GPT4RoI.Gateway.Rest;
using GPT4RoI.Gateway.Services;
using GPT4RoI.Gateway.Tenants;
using GPT4RoI.Operations;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace GPT4RoI.Gateway.Hosting;

/// <summary>Puts a gateway into a host, alone or beside a silo. The host supplies the IGrainFactory.</summary>
internal static class GatewayHosting
{
    private const int MessageOverhead = 64 * 1024;

    private static readonly string[] ExposedHeaders = ["grpc-status", "grpc-message", "grpc-status-details-bin", "grpc-encoding", "grpc-accept-encoding", "x-request-id", "retry-after"];

    /// <summary>Adds options, services and Kestrel's settings. An IConnectionMultiplexer, FeatureKey or TimeProvider that is there already is used.</summary>
    public static void AddGateway(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        AddOptions(services);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new FeatureKey(Convert.FromBase64String(provider.GetRequiredService<IOptions<ClusterOptions>>().Value.Secret)));
        services.TryAddSingleton(ConnectStore);
        services.AddSingleton<TenantDirectory>();
        services.AddSingleton<AdmissionGate>();
        services.AddSingleton<UploadReceiver>();
        services.AddSingleton<ImageStore>();
        services.AddSingleton<ServedModel>();
        services.AddSingleton<LiveRoles>();
        services.AddSingleton<ConversationImages>();
        services.AddSingleton<Conversations>();
        services.AddSingleton<GatewayInstruments>();
        services.AddSingleton<IReadiness, GatewayReadiness>();
        services.AddSingleton<Failover>();
        services.AddSingleton<StreamRelay>();
        services.AddHostedService<StoreConnector>();
        services.AddSingleton<EncodeAhead>();
        services.AddHostedService(provider => provider.GetRequiredService<EncodeAhead>());
        services.AddSingleton<HttpDoor>();
        services.AddSingleton<ChatReceiver>();
        services.AddSingleton<OpenAiEndpoints>();
        services.AddGatewayHealth();
        services.AddGrpcReflection();
        AddGrpc(services);
        services.AddCors();
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>, KestrelSetup>();
    }

    /// <summary>Maps the services, over gRPC-Web and as JSON too, OpenAI's API, and the page.</summary>
    public static void MapGateway(this WebApplication app)
    {
        var origins = app.Services.GetRequiredService<IOptions<GatewayOptions>>().Value.CorsOrigins;
        app.UseWebPage();
        app.UseReference();
        app.UseRouting();
        if (origins.Count > 0)
        {
            app.UseCors(cors => cors.WithOrigins([.. origins]).WithMethods(HttpMethods.Get, HttpMethods.Post, HttpMethods.Delete).AllowAnyHeader().WithExposedHeaders(ExposedHeaders));
        }
        app.UseGrpcWeb(new GrpcWebOptions { DefaultEnabled = true });
        app.MapGrpcService<ImageGrpcService>().BoundBodies();
        app.MapGrpcService<ConversationGrpcService>().BoundBodies();
        app.MapGrpcService<RegionGrpcService>().BoundBodies();
        app.MapGrpcService<ModelGrpcService>().BoundBodies();
        app.MapGrpcHealthChecksService();
        app.MapGrpcReflectionService();
        app.MapRest();
        app.MapReference();
        OpenAiEndpoints.Map(app);
    }

    private static void AddOptions(IServiceCollection services)
    {
        services.AddOptions<GatewayOptions>().BindConfiguration(GatewayOptions.Section).ValidateOnStart();
        services.AddOptions<AdmissionOptions>().BindConfiguration(AdmissionOptions.Section).ValidateOnStart();
        services.AddOptions<ClusterOptions>().BindConfiguration(ClusterOptions.Section).ValidateOnStart();
        services.AddOptions<StoreOptions>().BindConfiguration(StoreOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<GatewayOptions>, GatewayOptionsValidator>();
        services.AddSingleton<IValidateOptions<AdmissionOptions>, AdmissionOptionsValidator>();
        services.AddSingleton<IValidateOptions<ClusterOptions>, ClusterOptionsValidator>();
        services.AddSingleton<IValidateOptions<StoreOptions>, StoreOptionsValidator>();
    }

    /// <summary>Interceptors, outermost first: errors, then who, then how much.</summary>
    private static void AddGrpc(IServiceCollection services)
    {
        services.AddSingleton<ErrorInterceptor>();
        services.AddSingleton<TenantInterceptor>();
        services.AddSingleton<AdmissionInterceptor>();
        services.AddGrpc(options =>
        {
            options.Interceptors.Add<ErrorInterceptor>();
            options.Interceptors.Add<TenantInterceptor>();
            options.Interceptors.Add<AdmissionInterceptor>();
        }).AddRest();
        services.AddOptions<Grpc.AspNetCore.Server.GrpcServiceOptions>().Configure<IOptions<AdmissionOptions>>(
            (grpc, admission) => grpc.MaxReceiveMessageSize = admission.Value.MaxChunkBytes + MessageOverhead);
    }

    private static IConnectionMultiplexer ConnectStore(IServiceProvider provider)
    {
        var options = ConfigurationOptions.Parse(provider.GetRequiredService<IOptions<StoreOptions>>().Value.Features);
        options.AbortOnConnectFail = false;
        return ConnectionMultiplexer.Connect(options);
    }
}
