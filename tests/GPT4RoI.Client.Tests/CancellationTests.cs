using GPT4RoI.Client.Tests.Fakes;
using Grpc.Core;

namespace GPT4RoI.Client.Tests;

/// <summary>Nobody waits: the caller stops, leaves, or has no time left. The server must hear of it.</summary>
public sealed class CancellationTests
{
    // Long enough for the call to be at work on a busy machine when it passes.
    private static readonly TimeSpan DeadlineThatReachesTheServer = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ask_CallerCancels_ThrowsAndTheServerHearsOfIt()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        await using var chat = await StartAsync(client);
        var cancelled = AnswerThenHang(gateway);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var failure = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var update in chat.AskAsync("What?", cancellationToken: stop.Token))
            {
                Assert.Equal("It", update.Text);
                await stop.CancelAsync();
            }
        });

        Assert.Equal(stop.Token, failure.CancellationToken);
        await cancelled.WaitAsync(Patience, Cancellation);
    }

    [Fact]
    public async Task Ask_CallerLeavesTheLoop_TheServerHearsOfIt()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        await using var chat = await StartAsync(client);
        var cancelled = AnswerThenHang(gateway);

        await foreach (var update in chat.AskAsync("What?", cancellationToken: Cancellation))
        {
            Assert.Equal("It", update.Text);
            break;
        }

        await cancelled.WaitAsync(Patience, Cancellation);
    }

    [Fact]
    public async Task Ask_DeadlinePasses_ThrowsAndTheServerHearsOfIt()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient(options => options.Deadlines.Answer = DeadlineThatReachesTheServer);
        await using var chat = await StartAsync(client);
        var cancelled = AnswerThenHang(gateway);

        var failure = await Assert.ThrowsAsync<Gpt4RoiException>(() => chat.GetAnswerAsync("What?", cancellationToken: Cancellation));

        Assert.Equal(StatusCode.DeadlineExceeded, failure.Code);
        await cancelled.WaitAsync(Patience, Cancellation);
    }

    [Fact]
    public async Task Upload_CallerCancels_ThrowsAndTheServerHearsOfIt()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.OnUpload = async context =>
        {
            using var registration = context.CancellationToken.Register(() => cancelled.TrySetResult());
            await stop.CancelAsync();
            await cancelled.Task;
        };

        var failure = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.UploadImageAsync(new MemoryStream(new byte[4 << 20]), stop.Token));

        Assert.Equal(stop.Token, failure.CancellationToken);
        await cancelled.Task.WaitAsync(Patience, Cancellation);
    }

    [Fact]
    public async Task AnyCall_TokenAlreadyCancelled_MakesNoCall()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetModelAsync(new CancellationToken(canceled: true)));

        Assert.Empty(gateway.Calls);
    }

    [Fact]
    public async Task EveryCall_CarriesTheDeadlineOfItsKind()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient(options =>
            (options.Deadlines.Call, options.Deadlines.Upload, options.Deadlines.Answer) =
            (TimeSpan.FromHours(1), TimeSpan.FromHours(3), TimeSpan.FromHours(5)));
        var start = TimeProvider.System.GetUtcNow().UtcDateTime;

        await (await StartAsync(client)).GetAnswerAsync("What?", cancellationToken: Cancellation);

        Assert.Equal(
            [("UploadImage", 3), ("CreateConversation", 1), ("Ask", 5)],
            gateway.Calls.Select(call => (call.Method, (int)Math.Round((call.Deadline - start).TotalHours))));
    }

    /// <summary>One token, then nothing until the call is cancelled; the task ends when the server has seen that.</summary>
    private static Task AnswerThenHang(FakeGateway gateway)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.OnAsk = async (_, responses, context) =>
        {
            using var registration = context.CancellationToken.Register(() => cancelled.TrySetResult());
            await responses.WriteAsync(new V1.AskResponse { Tokens = new V1.TokenChunk { Text = "It" } });
            await cancelled.Task;
        };
        return cancelled.Task;
    }

    private static async Task<Conversation> StartAsync(Gpt4RoiClient client) =>
        await client.StartConversationAsync(await client.UploadImageAsync(new MemoryStream([1, 2, 3]), Cancellation), Cancellation);
}
