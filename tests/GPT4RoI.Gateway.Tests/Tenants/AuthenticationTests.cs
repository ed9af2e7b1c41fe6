using GPT4RoI.Gateway.Tests.Fixtures;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Reflection.V1Alpha;

namespace GPT4RoI.Gateway.Tests.Tenants;

/// <summary>Who is let in.</summary>
public sealed class AuthenticationTests(Backend backend)
{
    private const string Key = "correct horse battery staple";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, null, "API_KEY_MISSING")]
    [InlineData("x-api-key", "wrong", "API_KEY_INVALID")]
    [InlineData("x-api-key", "", "API_KEY_INVALID")]
    [InlineData("authorization", "Bearer wrong", "API_KEY_INVALID")]
    [InlineData("authorization", "Basic " + Key, "API_KEY_MISSING")]
    public async Task EveryMethod_WithoutARightKey_IsUnauthenticated(string? header, string? value, string reason)
    {
        await using var gateway = await StartWithKeyAsync();
        var invoker = header is null ? gateway.Anonymous : gateway.Anonymous.Intercept(metadata => With(metadata, header, value!));
        Func<Task>[] calls =
        [
            async () => await new V1.ModelService.ModelServiceClient(invoker).GetModelAsync(new(), cancellationToken: Cancel),
            async () => await new V1.ImageService.ImageServiceClient(invoker).GetImageAsync(new(), cancellationToken: Cancel),
            async () => await new V1.ImageService.ImageServiceClient(invoker).UploadAsync(Pictures.Unique(), Cancel),
            async () => await new V1.ConversationService.ConversationServiceClient(invoker).AskAsync(new(), Cancel),
            async () => await new V1.RegionService.RegionServiceClient(invoker).DescribeRegions(new(), cancellationToken: Cancel).ResponseStream.MoveNext(Cancel),
            async () => await new ServerReflection.ServerReflectionClient(invoker).ServerReflectionInfo(cancellationToken: Cancel).ResponseStream.MoveNext(Cancel),
        ];
        foreach (var call in calls)
        {
            Assert.Equal(reason, (await Calls.FailsAsync(StatusCode.Unauthenticated, call)).Reason());
        }
    }

    [Theory]
    [InlineData("x-api-key", Key)]
    [InlineData("authorization", "Bearer " + Key)]
    [InlineData("authorization", "bearer " + Key)]
    public async Task AnyMethod_WithTheKey_IsServed(string header, string value)
    {
        await using var gateway = await StartWithKeyAsync();
        var invoker = gateway.Anonymous.Intercept(metadata => With(metadata, header, value));
        var model = await new V1.ModelService.ModelServiceClient(invoker).GetModelAsync(new(), cancellationToken: Cancel);
        Assert.Equal("fake-model", model.Name);
    }

    [Fact]
    public async Task Health_WithoutAKey_IsServed()
    {
        await using var gateway = await StartWithKeyAsync();
        var health = await new Grpc.Health.V1.Health.HealthClient(gateway.Anonymous).CheckAsync(new() { Service = "gateway" }, cancellationToken: Cancel);
        Assert.Equal(Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus.Serving, health.Status);
    }

    [Fact]
    public async Task NoKeys_OnlyLoopbackIsBound_AndServedAsLocal()
    {
        await using var gateway = await GatewayHost.StartAsync(backend);
        Assert.All([gateway.GrpcAddress, gateway.HttpAddress], address => Assert.True(address.IsLoopback));
        var image = await gateway.Images.UploadAsync(Pictures.Unique(), Cancel);
        Assert.Equal("local", (await backend.State.Encode(image.Id).Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel)).Media.TenantId);
    }

    [Fact]
    public async Task NoKeys_ForeignHostName_IsUnauthenticated()
    {
        await using var gateway = await GatewayHost.StartAsync(backend);
        using var handler = new SocketsHttpHandler { ConnectCallback = async (_, cancel) => await ConnectAsync(gateway.GrpcAddress.Port, cancel) };
        using var channel = GrpcChannel.ForAddress("http://rebound.example", new() { HttpHandler = handler });
        var refused = await Calls.FailsAsync(
            StatusCode.Unauthenticated, async () => await new V1.ModelService.ModelServiceClient(channel).GetModelAsync(new(), cancellationToken: Cancel));
        Assert.Equal("LOOPBACK_ONLY", refused.Reason());
    }

    [Fact]
    public async Task NoKeys_EndpointOpenedByKestrelsOwnSettings_StillServesLoopbackOnly()
    {
        await using var gateway = await GatewayHost.StartAsync(backend, new()
        {
            ["Kestrel:Endpoints:Grpc:Url"] = "http://0.0.0.0:0",
            ["Kestrel:Endpoints:Grpc:Protocols"] = "Http2",
        });
        var address = System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .FirstOrDefault(address => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && !System.Net.IPAddress.IsLoopback(address));
        Assert.SkipWhen(address is null, "this machine has no address but loopback");
        using var channel = GrpcChannel.ForAddress($"http://{address}:{gateway.GrpcAddress.Port}");
        var refused = await Calls.FailsAsync(
            StatusCode.Unauthenticated, async () => await new V1.ModelService.ModelServiceClient(channel).GetModelAsync(new(), cancellationToken: Cancel));
        Assert.Equal("LOOPBACK_ONLY", refused.Reason());
    }

    private static async Task<Stream> ConnectAsync(int port, CancellationToken cancellationToken)
    {
        var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        await socket.ConnectAsync(System.Net.IPAddress.Loopback, port, cancellationToken);
        return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
    }

    private static Metadata With(Metadata metadata, string header, string value)
    {
        metadata.Add(header, value);
        return metadata;
    }

    private Task<GatewayHost> StartWithKeyAsync() => GatewayHost.StartAsync(backend, ApiKeys.For((Key, "a")));
}
