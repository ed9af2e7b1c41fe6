using GPT4RoI.Client;

namespace GPT4RoI.Cluster.Tests;

public sealed class ConversationTests(ClusterFixture fixture)
{
    private static readonly SamplingOptions Greedy = SamplingOptions.Greedy with { MaxTokens = 24 };

    [Fact]
    public async Task Ask_ManyConversationsOnTwoSilos_AnswersAreTheRecordedOnes()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var cluster = await fixture.StartAsync(cancellationToken);
        await using var client = cluster.Connect();
        string[] names = ["single", "two", "two_reversed", "five", "portrait", "unicode", "wide", "multiturn.clean"];

        var tokens = await Task.WhenAll(names.SelectMany(name => Enumerable.Range(0, 3).Select(async copy =>
        {
            var golden = GoldenConversation.Read(name);
            var answers = await HoldAsync(client, golden, copy, cancellationToken);
            Assert.Equal(golden.Turns.Select(turn => string.Join(' ', turn.TokenIds)), answers.Select(tokens => string.Join(' ', tokens)));
            return answers.Sum(answer => answer.Count);
        })));

        Assert.Equal(names.Length * 3, tokens.Length);
        var engines = await Task.WhenAll(cluster.Llm.Select(silo => silo.EngineAsync(cancellationToken)));
        Assert.All(engines, engine => Assert.True(engine.OutputTokens > 0, "one of the llm silos answered nothing"));
        Assert.True(engines.Sum(engine => engine.OutputTokens) >= tokens.Sum());
    }

    [Fact]
    public async Task Ask_SecondTurn_ReportsItsStagesAndReusesThePrefix()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var cluster = await fixture.StartAsync(cancellationToken);
        await using var client = cluster.Connect();
        var golden = GoldenConversation.Read("multiturn.clean");
        using var picture = Pictures.Copy(golden.ImagePath, 1000);
        await using var chat = await client.StartConversationAsync(await client.UploadImageAsync(picture, cancellationToken), cancellationToken);
        await chat.GetAnswerAsync(golden.Turns[0].Question, golden.Turns[0].NewRegions, Greedy, cancellationToken);

        var updates = new List<AskUpdate>();
        await foreach (var update in chat.AskAsync(golden.Turns[1].Question, golden.Turns[1].NewRegions, Greedy, cancellationToken))
        {
            updates.Add(update);
        }

        Assert.Equal([Stage.Queued, Stage.Encoding, Stage.Regions, Stage.Prefill], updates.OfType<StageUpdate>().Select(update => update.Stage));
        var answer = Assert.IsType<FinishedUpdate>(updates[^1]).Answer;
        Assert.Equal(golden.Turns[1].Answer, answer.Text);
        Assert.Equal(answer.Text, string.Concat(updates.Select(update => update.Text)));
        Assert.Equal(256, answer.Usage.ImageTokens);
        Assert.Equal(2, answer.Usage.RegionTokens);
        Assert.InRange(answer.Usage.CachedTokens, 256, answer.Usage.InputTokens - 1);
        Assert.Equal(
            golden.Turns.Take(2).Select(turn => turn.Answer), (await chat.GetAsync(cancellationToken)).Turns.Select(turn => turn.Answer));
    }

    private static async Task<List<IReadOnlyList<int>>> HoldAsync(
        Gpt4RoiClient client, GoldenConversation golden, int copy, CancellationToken cancellationToken)
    {
        using var picture = Pictures.Copy(golden.ImagePath, copy);
        var image = await client.UploadImageAsync(picture, cancellationToken);
        await using var chat = await client.StartConversationAsync(image, cancellationToken);
        var answers = new List<IReadOnlyList<int>>();
        foreach (var turn in golden.Turns)
        {
            var tokens = new List<int>();
            await foreach (var update in chat.AskAsync(turn.Question, turn.NewRegions, Greedy, cancellationToken))
            {
                tokens.AddRange((update as TokensUpdate)?.TokenIds ?? []);
            }
            answers.Add(tokens);
        }
        return answers;
    }
}
