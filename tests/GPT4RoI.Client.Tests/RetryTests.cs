using System.Net;
using System.Net.Sockets;
using GPT4RoI.Client.Tests.Fakes;
using Grpc.Core;

namespace GPT4RoI.Client.Tests;

public sealed class RetryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_FailsThreeTimes_SucceedsAtTheFourth()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        FailNext(gateway, "GetModel", 3);

        Assert.Equal(new ModelInfo("fake", 2048, 256, true), await client.GetModelAsync(Cancellation));
        Assert.Equal(4, gateway.CallsOf("GetModel"));
    }

    [Fact]
    public async Task Get_FailsForEver_GivesUpAfterMaxAttempts()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient(options => options.Retry.MaxAttempts = 3);
        FailNext(gateway, "GetModel", 10);

        var failure = await Assert.ThrowsAsync<Gpt4RoiException>(() => client.GetModelAsync(Cancellation));

        Assert.Equal((StatusCode.Unavailable, "ENGINE_UNAVAILABLE"), (failure.Code, failure.Reason));
        Assert.Equal(3, gateway.CallsOf("GetModel"));
    }

    [Fact]
    public async Task Get_MaxAttemptsOne_NeverRetries()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient(options => options.Retry.MaxAttempts = 1);
        FailNext(gateway, "GetModel", 1);

        await Assert.ThrowsAsync<Gpt4RoiException>(() => client.GetModelAsync(Cancellation));
        Assert.Equal(1, gateway.CallsOf("GetModel"));
    }

    [Theory]
    [MemberData(nameof(LastingFailures))]
    public async Task Get_FailureThatLasts_IsNotRetried(Func<RpcException> failure, StatusCode code)
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        gateway.FailNext("GetModel", failure());

        Assert.Equal(code, (await Assert.ThrowsAsync<Gpt4RoiException>(() => client.GetModelAsync(Cancellation))).Code);
        Assert.Equal(1, gateway.CallsOf("GetModel"));
    }

    [Fact]
    public async Task Get_ServerNamesATime_WaitsExactlySoLong()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var clock = new TimerProbe();
        await using var client = gateway.CreateClient(timeProvider: clock);
        gateway.FailNext("GetModel", Failures.Busy(TimeSpan.FromSeconds(3)));

        var call = client.GetModelAsync(Cancellation);
        Assert.Equal(TimeSpan.FromSeconds(3), await clock.NextWaitAsync(Cancellation));
        clock.Advance(TimeSpan.FromSeconds(2.999));
        Assert.Equal(1, gateway.CallsOf("GetModel"));
        clock.Advance(TimeSpan.FromSeconds(0.001));

        Assert.Equal("fake", (await call).Name);
        Assert.Equal(2, gateway.CallsOf("GetModel"));
    }

    [Fact]
    public async Task Get_WaitWouldOutlastTheDeadline_FailsAtOnce()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient(options => options.Deadlines.Call = TimeSpan.FromSeconds(30), new TimerProbe());
        gateway.FailNext("GetModel", Failures.Busy(TimeSpan.FromHours(1)));

        var failure = await Assert.ThrowsAsync<Gpt4RoiException>(() => client.GetModelAsync(Cancellation));

        Assert.Equal((StatusCode.ResourceExhausted, TimeSpan.FromHours(1)), (failure.Code, failure.RetryAfter));
        Assert.Equal(1, gateway.CallsOf("GetModel"));
    }

    [Fact]
    public async Task Delete_ReplyLost_SucceedsThoughTheSecondTryFindsNothing()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        var image = await client.UploadImageAsync(new MemoryStream([1]), Cancellation);
        gateway.FailNext("DeleteImage", Failures.Unavailable(), afterWork: true);

        await client.DeleteImageAsync(image.Id, Cancellation);

        Assert.Empty(gateway.Images);
        Assert.Equal(2, gateway.CallsOf("DeleteImage"));
    }

    [Fact]
    public async Task StartConversation_PerhapsDone_IsNotRetried()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        var image = await client.UploadImageAsync(new MemoryStream([1]), Cancellation);
        gateway.FailNext("CreateConversation", Failures.Unavailable(), afterWork: true);

        await Assert.ThrowsAsync<Gpt4RoiException>(() => client.StartConversationAsync(image, Cancellation));
        Assert.Equal(1, gateway.CallsOf("CreateConversation"));
    }

    [Fact]
    public async Task StartConversation_RefusedWithATime_IsRetried()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        var image = await client.UploadImageAsync(new MemoryStream([1]), Cancellation);
        gateway.FailNext("CreateConversation", Failures.Busy(TimeSpan.Zero));
        gateway.FailNext("CreateConversation", Failures.Unavailable(TimeSpan.Zero));

        await client.StartConversationAsync(image, Cancellation);
        Assert.Equal(3, gateway.CallsOf("CreateConversation"));
    }

    [Fact]
    public async Task StartConversation_NobodyListens_IsRetried()
    {
        var clock = new TimerProbe();
        await using var client = new Gpt4RoiClient(new Gpt4RoiClientOptions { Address = UnusedAddress() }, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var call = client.StartConversationAsync("img", stop.Token);
        var wait = clock.NextWaitAsync(Cancellation);
        Assert.Same(wait, await Task.WhenAny(call, wait));
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task AnyCall_NobodyListens_SaysThatTheServerIsUnreachable()
    {
        await using var client = new Gpt4RoiClient(new Gpt4RoiClientOptions { Address = UnusedAddress(), Retry = { MaxAttempts = 1 } });

        var failure = await Assert.ThrowsAsync<Gpt4RoiException>(() => client.GetModelAsync(Cancellation));

        Assert.Equal((StatusCode.Unavailable, "SERVER_UNREACHABLE"), (failure.Code, failure.Reason));
        Assert.StartsWith("The server cannot be reached: ", failure.Message);
    }

    [Fact]
    public async Task Ask_FailsBeforeTheFirstEvent_IsRetried()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        await using var chat = await StartAsync(client);
        gateway.FailNext("Ask", Failures.Unavailable());
        gateway.FailNext("Ask", Failures.Busy(TimeSpan.Zero));

        Assert.Equal(FakeAnswer.Text, (await chat.GetAnswerAsync("What?", cancellationToken: Cancellation)).Text);
        Assert.Equal(3, gateway.CallsOf("Ask"));
    }

    [Fact]
    public async Task Ask_StreamBreaks_GoesOnWhereItBroke()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        await using var chat = await StartAsync(client);
        gateway.OnAsk = async (request, responses, _) =>
        {
            await responses.WriteAsync(new V1.AskResponse { Progress = new V1.Progress { Stage = V1.Stage.Queued } });
            if (request.Received is null)
            {
                await responses.WriteAsync(new V1.AskResponse { Tokens = new V1.TokenChunk { TokenIds = { 5 }, Text = "É" } });
                await responses.WriteAsync(new V1.AskResponse { Tokens = new V1.TokenChunk { TokenIds = { 6, 7 }, Text = " l" } });
                throw Failures.Unavailable(TimeSpan.Zero);
            }
            await responses.WriteAsync(new V1.AskResponse { Tokens = new V1.TokenChunk { TokenIds = { 8 }, Text = "à" } });
            await responses.WriteAsync(new V1.AskResponse { Finished = new V1.Finished { Answer = "É là" } });
        };

        var updates = await chat.AskAsync("What?", cancellationToken: Cancellation).ToListAsync(Cancellation);

        Assert.Equal("É là", string.Concat(updates.Select(update => update.Text)));
        Assert.Equal([5, 6, 7, 8], updates.OfType<TokensUpdate>().SelectMany(tokens => tokens.TokenIds));
        Assert.Single(updates.OfType<StageUpdate>());
        V1.AskRequest[] asked = [.. gateway.Questions];
        Assert.Equal(new V1.Received { Tokens = 3, TextBytes = 4 }, asked[1].Received);
        Assert.Equal((2, asked[0].TurnId), (asked.Length, asked[1].TurnId));
        Assert.NotEmpty(asked[0].TurnId);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Ask_StreamBreaksAgainAndAgain_GivesUpAfterMaxAttempts(int attempts)
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient(options => options.Retry.MaxAttempts = attempts);
        await using var chat = await StartAsync(client);
        gateway.OnAsk = async (_, responses, _) =>
        {
            await responses.WriteAsync(new V1.AskResponse { Tokens = new V1.TokenChunk { TokenIds = { 1 }, Text = "a" } });
            throw Failures.Unavailable(TimeSpan.Zero);
        };

        var failure = await Assert.ThrowsAsync<Gpt4RoiException>(() => chat.GetAnswerAsync("What?", cancellationToken: Cancellation));

        Assert.Equal(StatusCode.Unavailable, failure.Code);
        Assert.Equal(Enumerable.Range(0, attempts), gateway.Questions.Select(asked => (int)(asked.Received?.Tokens ?? 0)));
    }

    [Fact]
    public async Task Ask_StreamEndsWithAFailureThatLasts_IsNotAskedAgain()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        await using var chat = await StartAsync(client);
        gateway.OnAsk = async (_, responses, _) =>
        {
            await responses.WriteAsync(new V1.AskResponse { Tokens = new V1.TokenChunk { TokenIds = { 1 }, Text = "a" } });
            throw Failures.Internal();
        };

        await Assert.ThrowsAsync<Gpt4RoiException>(() => chat.GetAnswerAsync("What?", cancellationToken: Cancellation));

        Assert.Single(gateway.Questions);
    }

    public static TheoryData<Func<RpcException>, StatusCode> LastingFailures() => new()
    {
        { () => Failures.Busy(), StatusCode.ResourceExhausted },
        { Failures.Internal, StatusCode.Internal },
        { () => Failures.NotFound("No such thing."), StatusCode.NotFound },
        { () => Failures.Invalid("a", "b"), StatusCode.InvalidArgument },
        { () => new RpcException(new Status(StatusCode.FailedPrecondition, "A turn is running.")), StatusCode.FailedPrecondition },
    };

    private static void FailNext(FakeGateway gateway, string method, int times)
    {
        for (var count = 0; count < times; count++)
        {
            gateway.FailNext(method, Failures.Unavailable());
        }
    }

    private static async Task<Conversation> StartAsync(Gpt4RoiClient client) =>
        await client.StartConversationAsync(await client.UploadImageAsync(new MemoryStream([1, 2, 3]), Cancellation), Cancellation);

    private static Uri UnusedAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://{listener.LocalEndpoint}");
    }
}
