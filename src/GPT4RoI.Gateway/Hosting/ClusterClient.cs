using Microsoft.Extensions.Options;
using Orleans.Clustering.Redis;
using Orleans.Configuration;
using StackExchange.Redis;
using ClusterOptions = GPT4RoI.Gateway.Cluster.ClusterOptions;

namespace GPT4RoI.Gateway.Hosting;

/// <summary>The Orleans client of a gateway in a process of its own. Beside a silo in one process, the silo's grain factory is used instead.</summary>
internal static class ClusterClient
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>Connects through the membership in <c>Cluster:Redis</c>, and waits for a cluster that is not there yet.</summary>
    public static void AddClusterClient(this IHostApplicationBuilder builder)
    {
        builder.UseOrleansClient(client =>
        {
            client.UseRedisClustering(_ => { });
            client.AddActivityPropagation();
            client.UseConnectionRetryFilter(async (exception, cancellationToken) =>
            {
                await Task.Delay(RetryDelay, cancellationToken);
                return !cancellationToken.IsCancellationRequested;
            });
        });
        builder.Services.AddOptions<RedisClusteringOptions>()
            .Configure<IOptions<ClusterOptions>>((redis, cluster) => redis.ConfigurationOptions = ConfigurationOptions.Parse(cluster.Value.Redis));
        builder.Services.AddOptions<Orleans.Configuration.ClusterOptions>().Configure<IOptions<ClusterOptions>>((orleans, cluster) =>
        {
            orleans.ClusterId = cluster.Value.ClusterId;
            orleans.ServiceId = cluster.Value.ServiceId;
        });
        builder.Services.AddOptions<ClientMessagingOptions>()
            .Configure<IOptions<ClusterOptions>>((messaging, cluster) => messaging.ResponseTimeout = cluster.Value.ResponseTimeout);
        builder.Services.AddOptions<ClusterOptions>()
            .Validate(
                cluster => cluster.Redis.Length > 0,
                "Cluster:Redis is missing; set the connection string of the Redis that holds the cluster's membership.");
    }
}
