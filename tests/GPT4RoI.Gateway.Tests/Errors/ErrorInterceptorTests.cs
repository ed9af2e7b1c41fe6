using Google.Rpc;
using GPT4RoI.Gateway.Tests.Fixtures;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace GPT4RoI.Gateway.Tests.Errors;

/// <summary>How calls end that do not end well.</summary>
public sealed class ErrorInterceptorTests(Backend backend) : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private GatewayHost? _gateway;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private GatewayHost Gateway => _gateway!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHost.StartAsync(backend);

    public async ValueTask DisposeAsync() => await Gateway.DisposeAsync();

    [Fact]
    public async Task Ask_GrainThrows_IsInternalWithoutItsText()
    {
        var failed = await Calls.FailsAsync(StatusCode.Internal, () => AskAsync(Answers.Throw));
        Assert.Equal("Internal error.", failed.Status.Detail);
        Assert.Equal("INTERNAL", failed.Reason());
        AssertLeaksNothing(failed);
        Assert.Contains(Gateway.Logs, log => log.Level == LogLevel.Error && log.Exception is not null); // the server's own log has it
    }

    [Fact]
    public async Task CreateConversation_GrainThrows_IsInternalWithoutItsText_AndLeavesNothing()
    {
        var image = await Gateway.Images.UploadAsync(Pictures.Unique(FakeState.ThrowingWidth), Cancel);
        AssertLeaksNothing(await Calls.FailsAsync(StatusCode.Internal, () => Gateway.StartAsync(image, Cancel)));
        Assert.DoesNotContain(backend.State.Tenants["local"].Values, entry => entry.ImageId == image.Id);
    }

    [Fact]
    public async Task Ask_GrainTimesOut_IsUnavailableWithRetryInfo()
    {
        await using var gateway = await GatewayHost.StartAsync(backend, new() { ["Cluster:FailoverTimeout"] = "00:00:00" });
        var conversation = await StartConversationAsync();
        var failed = await Calls.FailsAsync(
            StatusCode.Unavailable, () => gateway.Conversations.AskAsync(new() { ConversationId = conversation, Question = Answers.TimeOut }, Cancel));
        Assert.NotNull(failed.Detail<RetryInfo>());
        AssertLeaksNothing(failed);
    }

    [Fact]
    public async Task Ask_TurnFails_CarriesTheErrorWithDetails()
    {
        var failed = await Calls.FailsAsync(StatusCode.ResourceExhausted, () => AskAsync(Answers.Refuse));
        Assert.Equal(("QUEUE_FULL", "question", Answers.Refusal.Message), (failed.Reason(), failed.Field(), failed.Status.Detail));
        Assert.Equal(Answers.Refusal.RetryAfter, failed.Detail<RetryInfo>()?.RetryDelay.ToTimeSpan());
    }

    [Theory]
    [InlineData("GetConversation")]
    [InlineData("CreateConversation")]
    public async Task AnyMethod_BytesThatAreNoMessage_AreRefusedWithAFixedText(string name)
    {
        var bytes = Marshallers.Create(message => message, message => message);
        var method = new Method<byte[], byte[]>(MethodType.Unary, "gpt4roi.v1.ConversationService", name, bytes, bytes);
        var failed = await Assert.ThrowsAsync<RpcException>(
            async () => await Gateway.Anonymous.AsyncUnaryCall(method, null, new CallOptions(cancellationToken: Cancel), [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]));
        Assert.Equal("Exception was thrown by handler.", failed.Status.Detail); // the framework's: no interceptor sees a message that cannot be read
        Assert.Null(failed.GetRpcStatus());
    }

    [Fact]
    public async Task Ask_StreamWithoutItsEnd_IsNotTakenForAnAnswer() =>
        Assert.Equal("STREAM_ENDED", (await Calls.FailsAsync(StatusCode.Internal, () => AskAsync(Answers.Silent))).Reason());

    [Fact]
    public async Task Ask_ClientCancels_ReachesTheGrain_Quietly()
    {
        var question = $"{Answers.Hang} {Guid.NewGuid()}";
        var conversation = await StartConversationAsync();
        using (var call = Gateway.Conversations.Ask(new() { ConversationId = conversation, Question = question }, cancellationToken: Cancel))
        {
            Assert.True(await call.ResponseStream.MoveNext(Cancel));
        }
        await backend.State.Cancelled(question).Task.WaitAsync(Limit, Cancel);
        await Gateway.StopAsync(); // all calls have ended and logged
        string[] ofCalls = ["Grpc", "Microsoft.AspNetCore.Server", "GPT4RoI.Gateway.Errors"];
        Assert.DoesNotContain(Gateway.Logs, log => log.Level >= LogLevel.Warning && ofCalls.Any(log.Category!.StartsWith));
        Assert.Contains(Gateway.Logs, log => log.Category!.StartsWith("GPT4RoI.Gateway.Errors", StringComparison.Ordinal) && log.Level == LogLevel.Debug);
        Assert.DoesNotContain(Gateway.Logs, log => log.Message.Contains(question, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ask_DeadlinePasses_ReachesTheGrain()
    {
        var question = $"{Answers.Hang} {Guid.NewGuid()}";
        var conversation = await StartConversationAsync();
        await Calls.FailsAsync(StatusCode.DeadlineExceeded, async () =>
        {
            using var call = Gateway.Conversations.Ask(
                new() { ConversationId = conversation, Question = question }, deadline: DateTime.UtcNow.AddMilliseconds(400), cancellationToken: Cancel);
            await call.ResponseStream.ReadAllAsync(Cancel).CountAsync(Cancel);
        });
        await backend.State.Cancelled(question).Task.WaitAsync(Limit, Cancel);
    }

    [Fact]
    public async Task Ask_LongerThanTheServerAllows_EndsWithDeadlineExceeded_AndReachesTheGrain()
    {
        await using var gateway = await GatewayHost.StartAsync(backend, new() { ["Gateway:Admission:MaxTurnDuration"] = "00:00:01" });
        var question = $"{Answers.Hang} {Guid.NewGuid()}";
        var conversation = await StartConversationAsync();
        var failed = await Calls.FailsAsync(
            StatusCode.DeadlineExceeded, () => gateway.Conversations.AskAsync(new() { ConversationId = conversation, Question = question }, Cancel));
        Assert.Equal("TURN_TIMEOUT", failed.Reason());
        await backend.State.Cancelled(question).Task.WaitAsync(Limit, Cancel);
    }

    [Fact]
    public async Task GetImage_StoreGone_IsUnavailableWithRetryInfo_AndComesBack()
    {
        var redis = await RedisServer.StartAsync();
        await using var gateway = await GatewayHost.StartAsync(
            backend, new() { ["Store:Features"] = $"{redis.ConnectionString},syncTimeout=300,asyncTimeout=300,connectTimeout=300" });
        var file = Pictures.Unique();
        var image = await gateway.Images.UploadAsync(file, Cancel);
        await redis.DisposeAsync();

        var failed = await Calls.FailsAsync(
            StatusCode.Unavailable, async () => await gateway.Images.GetImageAsync(new() { ImageId = image.Id }, cancellationToken: Cancel));
        Assert.Equal("STORE_UNAVAILABLE", failed.Reason());
        Assert.NotNull(failed.Detail<RetryInfo>());
        Assert.DoesNotContain("127.0.0.1", failed.Status.Detail);

        await using var again = await RedisServer.StartAsync(redis.Port);
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                Assert.Equal(image.Id, (await gateway.Images.UploadAsync(file, Cancel)).Id);
                return;
            }
            catch (RpcException exception) when (exception.StatusCode == StatusCode.Unavailable && attempt < 100)
            {
            }
        }
    }

    private static void AssertLeaksNothing(RpcException failed)
    {
        var everything = string.Concat(failed.Trailers.Select(entry => entry.IsBinary ? System.Text.Encoding.Latin1.GetString(entry.ValueBytes) : entry.Value))
            + failed.Status.Detail;
        Assert.DoesNotContain("secret", everything);
        Assert.DoesNotContain("/opt", everything);
        Assert.DoesNotContain("Exception", everything);
    }

    private async Task<string> StartConversationAsync() =>
        (await Gateway.StartAsync(await Gateway.Images.UploadAsync(Pictures.Unique(), Cancel), Cancel)).Id;

    private async Task<List<V1.AskResponse>> AskAsync(string question) =>
        await Gateway.Conversations.AskAsync(new() { ConversationId = await StartConversationAsync(), Question = question }, Cancel);
}
