using Google.Protobuf;
using Google.Rpc;
using GPT4RoI.Gateway.Tests.Fixtures;
using Grpc.Core;

namespace GPT4RoI.Gateway.Tests.Admission;

/// <summary>Limits refuse cleanly, say when to come back, and what was taken is given back.</summary>
public sealed class AdmissionTests(Backend backend)
{
    private const string KeyA = "key-of-a", KeyB = "key-of-b";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_FasterThanTheRate_AreRefusedWithRetryInfo_PerTenant()
    {
        await using var gateway = await StartAsync(new() { ["Gateway:Admission:RequestsPerSecond"] = "1", ["Gateway:Admission:RequestBurst"] = "1" });
        var (a, b) = (Model(gateway, KeyA), Model(gateway, KeyB));
        await a.GetModelAsync(new(), cancellationToken: Cancel);

        RpcException? refused = null;
        for (var calls = 0; refused is null && calls < 1000; calls++) // one may slip through when the second ends
        {
            refused = await Record.ExceptionAsync(async () => await a.GetModelAsync(new(), cancellationToken: Cancel)) as RpcException;
        }
        AssertExhausted("REQUEST_RATE", refused);
        await b.GetModelAsync(new(), cancellationToken: Cancel);
    }

    [Fact]
    public async Task Ask_MoreStreamsThanATenantMayHave_AreRefused_OthersAreNot_AndTheSlotComesBack()
    {
        await using var gateway = await StartAsync(new() { ["Gateway:Admission:MaxStreamsPerTenant"] = "1" });
        var (a, b) = (await StartConversationAsync(gateway, KeyA), await StartConversationAsync(gateway, KeyB));
        using (var open = await OpenAsync(gateway, KeyA, a))
        {
            AssertExhausted("TENANT_STREAMS", await Calls.FailsAsync(StatusCode.ResourceExhausted, () => AskAsync(gateway, KeyA, a)));
            await AskAsync(gateway, KeyB, b);
        }
        await EventuallyAsync(() => AskAsync(gateway, KeyA, a));
    }

    [Fact]
    public async Task Ask_MoreStreamsThanTheGatewayMayHave_AreRefused()
    {
        await using var gateway = await StartAsync(new() { ["Gateway:Admission:MaxStreams"] = "2" });
        var (a, b) = (await StartConversationAsync(gateway, KeyA), await StartConversationAsync(gateway, KeyB));
        using var first = await OpenAsync(gateway, KeyA, a);
        using (var second = await OpenAsync(gateway, KeyA, a))
        {
            AssertExhausted("SERVER_STREAMS", await Calls.FailsAsync(StatusCode.ResourceExhausted, () => AskAsync(gateway, KeyB, b)));
        }
        await EventuallyAsync(() => AskAsync(gateway, KeyB, b));
    }

    [Fact]
    public async Task Ask_TwoThousandAtOnce_AreHeldOrRefusedCleanly()
    {
        const int asked = 2000, held = 300;
        await using var gateway = await StartAsync(new()
        {
            ["Gateway:Admission:MaxStreams"] = $"{held}",
            ["Gateway:Admission:RequestBurst"] = "10000",
        });
        var conversation = await StartConversationAsync(gateway, KeyA);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var calls = Enumerable.Range(0, asked).Select(_ => Conversations(gateway, KeyA).Ask(
            new() { ConversationId = conversation, Question = $"{Answers.Hang} {Guid.NewGuid()}" }, cancellationToken: ended.Token)).ToList();
        var outcomes = await Task.WhenAll(calls.Select(async call =>
        {
            try
            {
                return await call.ResponseStream.MoveNext(Cancel) ? StatusCode.OK : StatusCode.Unknown;
            }
            catch (RpcException exception)
            {
                Assert.NotNull(exception.Detail<RetryInfo>());
                return exception.StatusCode;
            }
        }));
        Assert.Equal(
            [(StatusCode.OK, held), (StatusCode.ResourceExhausted, asked - held)],
            outcomes.CountBy(status => status).OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value)));

        await ended.CancelAsync();
        await EventuallyAsync(() => AskAsync(gateway, KeyA, conversation));
    }

    [Fact]
    public async Task UploadImage_MoreThanMayRun_Wait_AndMoreThanMayWait_AreRefused()
    {
        await using var gateway = await StartAsync(new() { ["Gateway:Admission:MaxUploadsPerTenant"] = "1" });
        var images = new V1.ImageService.ImageServiceClient(gateway.WithKey(KeyA));
        var files = Enumerable.Range(0, 10).Select(_ => Pictures.Unique()).ToArray(); // 1 runs, 8 wait
        var calls = files.Select(_ => images.UploadImage(cancellationToken: Cancel)).ToArray();
        var refusedFirst = await Task.WhenAny(calls.Select(call => call.ResponseAsync));
        AssertExhausted("TENANT_UPLOADS", await Calls.FailsAsync(StatusCode.ResourceExhausted, () => refusedFirst));

        foreach (var (call, file) in calls.Zip(files).Where(pair => pair.First.ResponseAsync != refusedFirst))
        {
            await call.RequestStream.WriteAsync(new() { Chunk = ByteString.CopyFrom(file) }, Cancel);
            await call.RequestStream.CompleteAsync();
        }
        var uploaded = await Task.WhenAll(calls.Where(call => call.ResponseAsync != refusedFirst).Select(call => call.ResponseAsync));
        Assert.Equal(9, uploaded.DistinctBy(response => response.Image.Id).Count());
    }

    private static void AssertExhausted(string reason, RpcException? refused)
    {
        Assert.Equal(StatusCode.ResourceExhausted, refused?.StatusCode);
        Assert.Equal(reason, refused?.Reason());
        Assert.True(refused?.Detail<RetryInfo>()?.RetryDelay.ToTimeSpan() > TimeSpan.Zero);
        Assert.Matches(@"\d", refused?.Status.Detail);
    }

    private static V1.ModelService.ModelServiceClient Model(GatewayHost gateway, string key) => new(gateway.WithKey(key));

    private static V1.ConversationService.ConversationServiceClient Conversations(GatewayHost gateway, string key) => new(gateway.WithKey(key));

    private static async Task<string> StartConversationAsync(GatewayHost gateway, string key)
    {
        var image = await new V1.ImageService.ImageServiceClient(gateway.WithKey(key)).UploadAsync(Pictures.Unique(), Cancel);
        var created = await Conversations(gateway, key).CreateConversationAsync(new() { ImageId = image.Id }, cancellationToken: Cancel);
        return created.Conversation.Id;
    }

    private static Task<List<V1.AskResponse>> AskAsync(GatewayHost gateway, string key, string conversation) =>
        Conversations(gateway, key).AskAsync(new() { ConversationId = conversation, Question = "What?" }, Cancel);

    private static async Task<AsyncServerStreamingCall<V1.AskResponse>> OpenAsync(GatewayHost gateway, string key, string conversation)
    {
        var call = Conversations(gateway, key).Ask(new() { ConversationId = conversation, Question = $"{Answers.Hang} {Guid.NewGuid()}" }, cancellationToken: Cancel);
        Assert.True(await call.ResponseStream.MoveNext(Cancel));
        return call;
    }

    /// <summary>The server notices a cancelled stream a moment after the client has cancelled it.</summary>
    private static async Task EventuallyAsync(Func<Task> call)
    {
        for (var refused = 0; ; refused++)
        {
            try
            {
                await call();
                return;
            }
            catch (RpcException exception) when (exception.StatusCode == StatusCode.ResourceExhausted && refused < 10_000)
            {
                await Task.Yield();
            }
        }
    }

    private Task<GatewayHost> StartAsync(Dictionary<string, string?> settings) =>
        GatewayHost.StartAsync(backend, new(settings.Concat(ApiKeys.For((KeyA, "a"), (KeyB, "b")))));
}
