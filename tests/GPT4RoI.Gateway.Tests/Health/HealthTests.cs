using GPT4RoI.Contracts;
using GPT4RoI.Gateway.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Status = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace GPT4RoI.Gateway.Tests.Health;

/// <summary>Tests of one class run one after the other, so this one may change the roles.</summary>
public sealed class HealthTests(Backend backend) : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private GatewayHost? _gateway;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _gateway = await GatewayHost.StartAsync(backend, configure: services => services.AddSingleton<TimeProvider>(_time));

    public async ValueTask DisposeAsync()
    {
        backend.State.Roles = FakeState.AllRoles;
        await _gateway!.DisposeAsync();
    }

    [Fact]
    public async Task Check_AllRolesAlive_AllServing() =>
        Assert.Equal([Status.Serving, Status.Serving, Status.Serving, Status.Serving, Status.Serving], await CheckAllAsync());

    [Fact]
    public async Task Check_RoleGone_ItAndTheWholeAreNotServing_AndComeBack()
    {
        backend.State.Roles = [Roles.Llm, Roles.Roi];
        Assert.Equal([Status.NotServing, Status.Serving, Status.NotServing, Status.Serving, Status.Serving], await CheckAllAsync());
        backend.State.Roles = FakeState.AllRoles;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Status.Serving, await CheckAsync(""));
    }

    [Fact]
    public async Task Check_ClusterSilent_AnswersAfterItsPatience()
    {
        backend.State.Roles = null;
        var check = CheckAsync("llm");
        while (!check.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        Assert.Equal(Status.NotServing, await check);
        Assert.Equal(Status.Serving, await CheckAsync("gateway"));
    }

    [Fact]
    public async Task Check_Flood_AsksTheClusterOnce()
    {
        await CheckAsync("");
        var before = Volatile.Read(ref backend.State.RoleQuestions);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => CheckAsync("")));
        Assert.InRange(Volatile.Read(ref backend.State.RoleQuestions) - before, 1, 20); // one, and those of gateways that other tests have open
    }

    [Fact]
    public async Task Check_WhileUploadsHang_IsAnswered()
    {
        var uploads = Enumerable.Range(0, 64).Select(_ => _gateway!.Images.UploadImage(cancellationToken: Cancel)).ToList();
        foreach (var upload in uploads)
        {
            await upload.RequestStream.WriteAsync(new() { Chunk = Google.Protobuf.ByteString.CopyFrom(new byte[1000]) }, Cancel);
        }
        Assert.Equal(Status.Serving, await CheckAsync(""));
        uploads.ForEach(upload => upload.Dispose());
    }

    [Fact]
    public async Task Check_UnknownService_IsNotFound() => await Calls.FailsAsync(Grpc.Core.StatusCode.NotFound, () => CheckAsync("nothing"));

    private async Task<Status[]> CheckAllAsync()
    {
        List<Status> found = [];
        foreach (var service in (string[])["", "gateway", "vision", "roi", "llm"])
        {
            found.Add(await CheckAsync(service));
        }
        return [.. found];
    }

    private async Task<Status> CheckAsync(string service) =>
        (await new Grpc.Health.V1.Health.HealthClient(_gateway!.Anonymous).CheckAsync(
            new() { Service = service }, deadline: DateTime.UtcNow.AddSeconds(30), cancellationToken: Cancel)).Status;
}
