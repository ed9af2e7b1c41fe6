using GPT4RoI.Client.Tests.Fakes;
using Grpc.Core;

namespace GPT4RoI.Client.Tests;

public sealed class ConversationTests
{
    private static readonly Region Box = Region.Pixels(1, 10, 20, 110, 140);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ask_Question_StreamsStagesThenTokensThenTheEnd()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        await using var chat = await StartAsync(client);

        var updates = await chat.AskAsync("What is <region1>?", [Box], cancellationToken: Cancellation).ToListAsync(Cancellation);

        Assert.Equal(
            [Stage.Queued, Stage.Encoding, Stage.Regions, Stage.Prefill],
            updates.TakeWhile(update => update is StageUpdate).Cast<StageUpdate>().Select(update => update.Stage));
        Assert.Equal([[100], [101], [102, 103], [104]], updates.OfType<TokensUpdate>().Select(update => update.TokenIds));
        Assert.Equal(FakeAnswer.Text, string.Concat(updates.Select(update => update.Text)));
        var answer = Assert.IsType<FinishedUpdate>(updates[^1]).Answer;
        Assert.Equal((FakeAnswer.Text, FinishReason.Stop, new Usage(300, 256, 4, 0, 5)), (answer.Text, answer.FinishReason, answer.Usage));
        Assert.Equal(new Timings(Ms(12), Ms(3), Ms(1), Ms(20), Ms(40), Ms(76)), answer.Timings);
    }

    [Fact]
    public async Task GetAnswer_SecondTurn_RemembersTheRegion()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        await using var chat = await StartAsync(client);

        await chat.GetAnswerAsync("What is <region1>?", [Box], cancellationToken: Cancellation);
        var answer = await chat.GetAnswerAsync("And <region1> beside <region2>?", [Region.Normalized(2, 0, 0, 0.5, 1)], cancellationToken: Cancellation);

        Assert.Equal((FakeAnswer.Text, 256), (answer.Text, answer.Usage.CachedTokens));
        var turns = (await chat.GetAsync(Cancellation)).Turns;
        Assert.Equal(["What is <region1>?", "And <region1> beside <region2>?"], turns.Select(turn => turn.Question));
        Assert.Equal([[Box], [Region.Normalized(2, 0, 0, 0.5, 1)]], turns.Select(turn => turn.NewRegions));
        Assert.All(turns, turn => Assert.Equal(FakeAnswer.Text, turn.Answer));
    }

    [Fact]
    public async Task Ask_EverySamplingOption_ArrivesAsGiven()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        await using var chat = await StartAsync(client);

        await chat.GetAnswerAsync("Hello?", sampling: new SamplingOptions
        {
            Temperature = 0.7f,
            TopK = 0,
            TopP = 0.9f,
            MinP = 0.05f,
            RepetitionPenalty = 1.1f,
            PresencePenalty = -0.5f,
            FrequencyPenalty = 0.25f,
            Seed = ulong.MaxValue,
            MaxTokens = 7,
            Stop = ["\n", "###"],
            StopTokenIds = [2, 13],
            LogitBias = new Dictionary<int, float> { [5] = -100 },
            TopLogprobs = 3,
            IgnoreEos = true,
        }, cancellationToken: Cancellation);

        var expected = new V1.SamplingParams
        {
            Temperature = 0.7f,
            TopK = 0,
            TopP = 0.9f,
            MinP = 0.05f,
            RepetitionPenalty = 1.1f,
            PresencePenalty = -0.5f,
            FrequencyPenalty = 0.25f,
            Seed = ulong.MaxValue,
            MaxTokens = 7,
            Stop = { "\n", "###" },
            StopTokenIds = { 2, 13 },
            LogitBias = { [5] = -100 },
            TopLogprobs = 3,
            IgnoreEos = true,
        };
        Assert.Equal(expected, Assert.Single(gateway.Questions).Sampling);
    }

    [Fact]
    public async Task Ask_NoSamplingOptions_LeavesEveryFieldToTheServer()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        await using var chat = await StartAsync(client);

        await chat.GetAnswerAsync("Hello?", cancellationToken: Cancellation);
        await chat.GetAnswerAsync("Hello?", sampling: new SamplingOptions(), cancellationToken: Cancellation);

        Assert.Equal([null, new V1.SamplingParams()], gateway.Questions.Select(question => question.Sampling));
    }

    [Fact]
    public async Task Ask_Logprobs_ArriveWithTheirTokens()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        await using var chat = await StartAsync(client);
        gateway.OnAsk = async (_, responses, _) =>
        {
            var chosen = new V1.TokenLogprob { TokenId = 7, Text = "cat", Logprob = -0.5f };
            var other = new V1.TokenLogprob { TokenId = 8, Text = "dog", Logprob = -1.5f };
            await responses.WriteAsync(new V1.AskResponse
            {
                Tokens = new V1.TokenChunk { Text = "cat", TokenIds = { 7 }, Logprobs = { new V1.TokenLogprobs { Chosen = chosen, Alternatives = { chosen, other } } } },
            });
            await responses.WriteAsync(new V1.AskResponse { Finished = new V1.Finished { Answer = "cat" } });
        };

        var updates = await chat.AskAsync("What?", cancellationToken: Cancellation).ToListAsync(Cancellation);

        var logprobs = Assert.Single(updates.OfType<TokensUpdate>().Single().Logprobs);
        Assert.Equal(new TokenLogprob(7, "cat", -0.5f), logprobs.Chosen);
        Assert.Equal([new(7, "cat", -0.5f), new(8, "dog", -1.5f)], logprobs.Alternatives);
    }

    [Fact]
    public async Task Ask_StreamWithoutAnEnd_ThrowsDataLoss()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        await using var chat = await StartAsync(client);
        gateway.OnAsk = (_, responses, _) => responses.WriteAsync(new V1.AskResponse { Tokens = new V1.TokenChunk { Text = "It" } });

        var failure = await Assert.ThrowsAsync<Gpt4RoiException>(() => chat.GetAnswerAsync("What?", cancellationToken: Cancellation));

        Assert.Equal((StatusCode.DataLoss, "ANSWER_INCOMPLETE"), (failure.Code, failure.Reason));
    }

    [Fact]
    public async Task ListConversations_SeveralPages_ReturnsAllNewestFirst()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        var image = await client.UploadImageAsync(new MemoryStream([1]), Cancellation);
        for (var count = 0; count < 5; count++)
        {
            await client.StartConversationAsync(image, Cancellation);
        }

        var listed = await client.ListConversationsAsync(Cancellation).Select(conversation => conversation.Id).ToListAsync(Cancellation);

        Assert.Equal(gateway.Conversations.Keys.OrderDescending(StringComparer.Ordinal), listed);
        Assert.Equal(3, gateway.CallsOf("ListConversations"));
    }

    [Fact]
    public async Task Dispose_StartedOrOpenedOrKept_DeletesOnlyWhatItOwns()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        var started = await StartAsync(client);
        var kept = await StartAsync(client);
        kept.DeleteOnDispose = false;

        await client.OpenConversation(started.Id).DisposeAsync();
        await kept.DisposeAsync();
        Assert.Equal(2, gateway.Conversations.Count);

        await started.DisposeAsync();
        await started.DisposeAsync();
        Assert.Equal(kept.Id, Assert.Single(gateway.Conversations).Key);
        Assert.Equal(1, gateway.CallsOf("DeleteConversation"));
    }

    [Fact]
    public async Task Dispose_ServerFails_DoesNotThrow()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        var chat = await StartAsync(client);
        gateway.FailNext("DeleteConversation", Failures.Internal());

        await chat.DisposeAsync();

        Assert.Single(gateway.Conversations);
    }

    private static async Task<Conversation> StartAsync(Gpt4RoiClient client) =>
        await client.StartConversationAsync(await client.UploadImageAsync(new MemoryStream([1, 2, 3]), Cancellation), Cancellation);

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
