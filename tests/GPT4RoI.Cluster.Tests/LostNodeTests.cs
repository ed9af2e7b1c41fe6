using System.Text;
using GPT4RoI.Client;
using GPT4RoI.Cluster.Tests.Processes;

namespace GPT4RoI.Cluster.Tests;

public sealed class LostNodeTests(ClusterFixture fixture)
{
    private const int Tries = 40, LongAnswer = 600;
    private static readonly GoldenConversation Golden = GoldenConversation.Read("multiturn.clean");
    private static readonly SamplingOptions Short = SamplingOptions.Greedy with { MaxTokens = 24 };

    [Fact]
    public async Task Ask_ItsSiloWasKilled_GoesOnElsewhereWithItsHistory()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var cluster = await fixture.StartAsync(cancellationToken);
        await using var client = cluster.Connect();
        var doomed = cluster.StartLlm("llm-3");
        var chat = await StartOnAsync(doomed, client, 3000, cancellationToken);
        await doomed.Process.KillAsync();

        Answer? answer = null;
        await Poll.UntilAsync(
            "the conversation answers again",
            async () =>
            {
                try
                {
                    answer = await chat.GetAnswerAsync(Golden.Turns[1].Question, Golden.Turns[1].NewRegions, Short, cancellationToken);
                    return true;
                }
                catch (Gpt4RoiException exception) when (exception.Code == Grpc.Core.StatusCode.Unavailable)
                {
                    return false;
                }
            },
            cancellationToken);

        Assert.Equal(Golden.Turns[1].Answer, answer!.Text);
        Assert.Equal(2, (await chat.GetAsync(cancellationToken)).Turns.Count);
    }

    [Theory]
    [InlineData("killed", 1)]
    [InlineData("told to stop", 60)]
    public async Task Ask_ItsSiloIsLostInTheMiddle_TheStreamGoesOnWithoutAGapOrARepetition(string how, int tokensBefore)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var cluster = await fixture.StartAsync(cancellationToken);
        await using var client = cluster.Connect();
        var doomed = cluster.StartLlm("llm-" + tokensBefore);
        var chat = await StartOnAsync(doomed, client, 3100 + (Tries * tokensBefore), cancellationToken);
        var (received, text, isLost) = (new List<int>(), new StringBuilder(), false);

        await foreach (var update in AskForLong(chat, cancellationToken))
        {
            if (update is TokensUpdate tokens)
            {
                received.AddRange(tokens.TokenIds);
                text.Append(tokens.Text);
            }
            if (!isLost && received.Count >= tokensBefore)
            {
                isLost = true;
                Assert.Equal(1, (await doomed.EngineAsync(cancellationToken)).Running);
                await (how == "killed" ? doomed.Process.KillAsync() : doomed.Process.TerminateAsync(cancellationToken));
            }
        }

        Assert.True(isLost);
        await AssertUndisturbedAsync(client, chat, received, text.ToString(), cancellationToken);
    }

    [Fact]
    public async Task Ask_ItsGatewayIsKilledInTheMiddle_TheClientGoesOnAtTheNext()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var cluster = await fixture.StartAsync(cancellationToken);
        var doomed = cluster.StartGateway("doomed gateway", []);
        await doomed.UntilServesAsync(null, cancellationToken);
        var options = new Gpt4RoiClientOptions { Address = doomed.Address, Retry = { MaxAttempts = 10 } };
        await using var client = new Gpt4RoiClient(options);
        using var picture = Pictures.Copy(Golden.ImagePath, 3090);
        var chat = await client.StartConversationAsync(await client.UploadImageAsync(picture, cancellationToken), cancellationToken);
        await chat.GetAnswerAsync(Golden.Turns[0].Question, Golden.Turns[0].NewRegions, Short, cancellationToken);
        var (received, text, isLost) = (new List<int>(), new StringBuilder(), false);

        await foreach (var update in AskForLong(chat, cancellationToken))
        {
            if (update is TokensUpdate tokens)
            {
                received.AddRange(tokens.TokenIds);
                text.Append(tokens.Text);
            }
            if (!isLost && received.Count >= 30)
            {
                isLost = true;
                await doomed.Process.KillAsync();
                cluster.StartGateway("next gateway", [$"--Gateway:GrpcPort={doomed.Address.Port}"]);
            }
        }

        Assert.True(isLost);
        await AssertUndisturbedAsync(client, chat, received, text.ToString(), cancellationToken);
    }

    private static async Task AssertUndisturbedAsync(
        Gpt4RoiClient client, Conversation chat, List<int> received, string text, CancellationToken cancellationToken)
    {
        var other = await client.StartConversationAsync((await chat.GetAsync(cancellationToken)).ImageId, cancellationToken);
        await other.GetAnswerAsync(Golden.Turns[0].Question, Golden.Turns[0].NewRegions, Short, cancellationToken);
        var undisturbed = await AskForLong(other, cancellationToken).OfType<TokensUpdate>().ToListAsync(cancellationToken);
        Assert.Equal(undisturbed.SelectMany(tokens => tokens.TokenIds), received);
        Assert.Equal(LongAnswer, received.Count);
        Assert.Equal(string.Concat(undisturbed.Select(tokens => tokens.Text)), text);
        Assert.Equal(text, (await chat.GetAsync(cancellationToken)).Turns[1].Answer);
    }

    private static IAsyncEnumerable<AskUpdate> AskForLong(Conversation chat, CancellationToken cancellationToken) => chat.AskAsync(
        Golden.Turns[1].Question, Golden.Turns[1].NewRegions, new SamplingOptions { MaxTokens = LongAnswer, IgnoreEos = true, Seed = 7, Temperature = 1 },
        cancellationToken);

    // Images are spread over the silos: some conversation lands on the new one. It has had its first turn then.
    private static async Task<Conversation> StartOnAsync(SiloProcess silo, Gpt4RoiClient client, int firstCopy, CancellationToken cancellationToken)
    {
        await silo.UntilReadyAsync(cancellationToken);
        for (var copy = 0; copy < Tries; copy++)
        {
            using var picture = Pictures.Copy(Golden.ImagePath, firstCopy + copy);
            var chat = await client.StartConversationAsync(await client.UploadImageAsync(picture, cancellationToken), cancellationToken);
            await chat.GetAnswerAsync(Golden.Turns[0].Question, Golden.Turns[0].NewRegions, Short, cancellationToken);
            if ((await silo.EngineAsync(cancellationToken)).OutputTokens > 0)
            {
                return chat;
            }
        }
        throw new InvalidOperationException("no conversation was placed on the new silo");
    }
}
