using System.Net;
using Google.Rpc;
using GPT4RoI.Gateway.Hosting;
using GPT4RoI.Gateway.Tests.Fixtures;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace GPT4RoI.Gateway.Tests.Hosting;

/// <summary>A gateway in a process of its own finds its cluster through Redis.</summary>
public sealed class ClusterClientTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Gateway_StartedBeforeTheCluster_WaitsForIt_AndOutlivesIt()
    {
        await using var redis = await RedisServer.StartAsync();
        var starting = GatewayHost.StartAsync(builder => builder.AddClusterClient(), new()
        {
            ["Store:Features"] = redis.ConnectionString,
            ["Cluster:Redis"] = redis.ConnectionString,
            ["Cluster:ResponseTimeout"] = "00:00:02",
        });
        using var silo = await StartSiloAsync(redis);
        await using var gateway = await starting;
        Assert.Equal("fake-model", (await gateway.Model.GetModelAsync(new(), cancellationToken: Cancel)).Name);

        await silo.StopAsync(Cancel);
        var failed = await Calls.FailsAsync(
            StatusCode.Unavailable, async () => await gateway.Conversations.ListConversationsAsync(new(), cancellationToken: Cancel));
        Assert.NotNull(failed.Detail<RetryInfo>());
        var health = new Grpc.Health.V1.Health.HealthClient(gateway.Anonymous);
        Assert.Equal(
            Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus.NotServing,
            (await health.CheckAsync(new() { Service = "llm" }, cancellationToken: Cancel)).Status);

        using var next = await StartSiloAsync(redis);
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                Assert.Empty((await gateway.Conversations.ListConversationsAsync(new(), cancellationToken: Cancel)).Conversations);
                break;
            }
            catch (RpcException exception) when (exception.StatusCode == StatusCode.Unavailable && attempt < 100)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), Cancel); // the client looks for silos at its own pace
            }
        }
        await next.StopAsync(Cancel);
    }

    [Fact]
    public async Task Gateway_WithoutRedisForTheCluster_SaysSo()
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(
            () => GatewayHost.StartAsync(builder => builder.AddClusterClient(), new() { ["Store:Features"] = "localhost:1" }));
        Assert.Contains("Cluster:Redis", failure.ToString());
    }

    private static async Task<IHost> StartSiloAsync(RedisServer redis)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Services.AddSingleton(new FakeState());
        builder.UseOrleans(silo =>
        {
            silo.UseRedisClustering(redis.ConnectionString);
            silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = ("gpt4roi", "gpt4roi"));
            silo.ConfigureEndpoints(IPAddress.Loopback, Ports.Free(), Ports.Free());
        });
        var host = builder.Build();
        await host.StartAsync(Cancel);
        return host;
    }
}
