using System.Net;
using GPT4RoI.Contracts;
using GPT4RoI.Contracts.Keys;
using GPT4RoI.Engine;
using GPT4RoI.Engine.Caching;
using GPT4RoI.Engine.Vision;
using GPT4RoI.Operations;
using GPT4RoI.Silo.Features;
using GPT4RoI.Silo.Grains;
using GPT4RoI.Silo.Placement;
using GPT4RoI.Silo.Turns;
using GPT4RoI.Silo.Vision;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;
using StackExchange.Redis;

namespace GPT4RoI.Silo.Hosting;

/// <summary>Puts a silo into a host, alone or beside a gateway.</summary>
internal static class SiloHosting
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(1);

    /// <summary>A silo that finds the others through the membership in <c>Cluster:Redis</c>.</summary>
    public static void AddSilo(this IHostApplicationBuilder builder) => builder.AddSilo(UseRedisMembership);

    /// <summary>A silo with another membership.</summary>
    public static void AddSilo(this IHostApplicationBuilder builder, Action<ISiloBuilder> membership)
    {
        AddOptions(builder.Services);
        AddServices(builder.Services);
        // loads before the silo joins: hosted services start in the order of their registration, and stop in reverse
        builder.Services.AddSingleton<ModelHost>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<ModelHost>());
        builder.UseOrleans(silo =>
        {
            membership(silo);
            silo.AddActivityPropagation();
            UseClusterOptions(silo.Services);
            UseRoles(silo);
            UseGrainStorage(silo);
        });
        builder.Services.AddSingleton<IReadiness, SiloReadiness>();
    }

    private static void AddOptions(IServiceCollection services)
    {
        Add<SiloOptions, SiloOptionsValidator>(SiloOptions.Section);
        Add<ClusterNodeOptions, ClusterNodeOptionsValidator>(ClusterNodeOptions.Section);
        Add<StoreOptions, StoreOptionsValidator>(StoreOptions.Section);
        Add<ConversationOptions, ConversationOptionsValidator>(ConversationOptions.Section);
        Add<VisionOptions, VisionOptionsValidator>(VisionOptions.Section);
        Add<LlmEngineOptions, LlmEngineOptionsValidator>(LlmEngineOptions.Section);

        void Add<TOptions, TValidator>(string section)
            where TOptions : class
            where TValidator : class, IValidateOptions<TOptions>
        {
            services.AddOptions<TOptions>().BindConfiguration(section).ValidateOnStart();
            services.AddSingleton<IValidateOptions<TOptions>, TValidator>();
        }
    }

    private static void AddServices(IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new FeatureKey(Value<ClusterNodeOptions>(provider).SecretBytes));
        services.AddSingleton<RedisStore>();
        services.AddSingleton(provider => provider.GetRequiredService<ModelHost>().Layout);
        services.AddSingleton(provider => new ByteBoundedCache<string, float[]>(
            "features", Value<StoreOptions>(provider).LocalCacheBytes, values => (long)values.Length * sizeof(float)));
        services.AddSingleton<FeatureInstruments>();
        services.AddSingleton<FeatureStore>();
        services.AddSingleton<MediaStore>();
        services.AddSingleton<FeatureSource>();
        services.AddSingleton<ImageEncoding>();
        services.AddSingleton<RegionExtraction>();
        services.AddSingleton<TurnRunner>();
        services.AddSingleton<SiloLoadBoard>();
    }

    private static void UseRedisMembership(ISiloBuilder silo)
    {
        silo.UseRedisClustering(_ => { });
        silo.Services.AddOptions<Orleans.Clustering.Redis.RedisClusteringOptions>()
            .Configure<IOptions<ClusterNodeOptions>>((redis, node) => redis.ConfigurationOptions = ConfigurationOptions.Parse(node.Value.Redis));
    }

    private static void UseClusterOptions(IServiceCollection services)
    {
        services.AddOptions<ClusterOptions>().Configure<IOptions<ClusterNodeOptions>>((cluster, node) =>
            (cluster.ClusterId, cluster.ServiceId) = (node.Value.ClusterId, node.Value.ServiceId));
        services.AddOptions<EndpointOptions>().Configure<IOptions<SiloOptions>>((endpoint, silo) =>
        {
            endpoint.AdvertisedIPAddress = IPAddress.Parse(silo.Value.AdvertisedAddress);
            (endpoint.SiloPort, endpoint.GatewayPort) = (silo.Value.SiloPort, silo.Value.GatewayPort);
        });
        services.AddOptions<SiloMessagingOptions>().Configure<IOptions<ClusterNodeOptions>>((messaging, node) =>
            messaging.ResponseTimeout = node.Value.ResponseTimeout);
        services.AddOptions<ClusterMembershipOptions>().Configure<IOptions<ClusterNodeOptions>>((membership, node) =>
            (membership.ProbeTimeout, membership.NumVotesForDeathDeclaration) = (ProbeTimeout, node.Value.DeathVotes));
    }

    private static void UseRoles(ISiloBuilder silo)
    {
        var roles = silo.Configuration.GetSection(SiloOptions.Section)[nameof(SiloOptions.Roles)] ?? "";
        silo.UseSiloMetadata(new Dictionary<string, string> { [Roles.MetadataKey] = roles });
        silo.Services.AddPlacementFilter<RequireRoleStrategy, RequireRoleDirector>(ServiceLifetime.Transient);
        silo.Services.AddPlacementDirector<ImageAffinity, ImageAffinityDirector>();
    }

    private static void UseGrainStorage(ISiloBuilder silo)
    {
        silo.AddRedisGrainStorage(GrainStorage.Name, storage => storage.Configure<IOptions<ClusterNodeOptions>>((redis, node) =>
        {
            redis.ConfigurationOptions = ConfigurationOptions.Parse(node.Value.Redis);
            redis.GrainStorageSerializer = new GrainStateSerializer();
            redis.DeleteStateOnClear = true;
        }));
    }

    private static T Value<T>(IServiceProvider provider)
        where T : class => provider.GetRequiredService<IOptions<T>>().Value;
}
