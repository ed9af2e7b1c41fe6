using System.Globalization;

namespace GPT4RoI.Cluster.Tests.Security;

/// <summary>A prompt that can never fit is refused at once: nothing waits for room that will not come.</summary>
public sealed class NeverFitsTests(ClusterFixture fixture)
{
    private const int LongestQuestion = 8000;

    [Fact]
    public async Task Ask_PromptLongerThanTheModel_NamesTheLimitAndTakesNoBlocks()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var cluster = await fixture.StartAsync(cancellationToken);
        await using var client = cluster.Connect();
        var limit = (await client.GetModelAsync(cancellationToken)).MaxModelLength.ToString(CultureInfo.InvariantCulture);
        var image = await client.UploadImageAsync(GoldenConversation.Read("single").ImagePath, cancellationToken);
        await using var chat = await client.StartConversationAsync(image, cancellationToken);
        var question = string.Concat(Enumerable.Repeat("qzxj 漢字 ", LongestQuestion))[..LongestQuestion];
        var before = await cluster.EnginesAsync(cancellationToken);

        var refused = await Refusal.OfFieldAsync("question", "PROMPT_TOO_LONG", () => chat.GetAnswerAsync(question, [], Ask.Greedy, cancellationToken));

        Assert.Contains(limit, refused.Message, StringComparison.Ordinal);
        var after = await cluster.EnginesAsync(cancellationToken);
        Assert.All(after, engine => Assert.Equal((0, 0, 0), (engine.Running, engine.Waiting, engine.BlocksUsed)));
        Assert.Equal(before.Select(engine => (engine.PromptTokens, engine.OutputTokens)), after.Select(engine => (engine.PromptTokens, engine.OutputTokens)));
        Assert.Empty((await chat.GetAsync(cancellationToken)).Turns);
    }

    [Fact]
    public async Task Ask_ConversationHasGrownTooLong_RefusesThatTurnAndAnswersAShorterOne()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var cluster = await fixture.StartAsync(cancellationToken);
        await using var client = cluster.Connect();
        var image = await client.UploadImageAsync(GoldenConversation.Read("single").ImagePath, cancellationToken);
        await using var chat = await client.StartConversationAsync(image, cancellationToken);
        var half = string.Concat(Enumerable.Repeat("q ", 500));

        var first = await chat.GetAnswerAsync(half, [], Ask.Greedy, cancellationToken);
        await Refusal.OfFieldAsync("question", "PROMPT_TOO_LONG", () => chat.GetAnswerAsync(half, [], Ask.Greedy, cancellationToken));
        var second = await chat.GetAnswerAsync("Shorter?", [], Ask.Greedy, cancellationToken);

        Assert.InRange(second.Usage.InputTokens, first.Usage.InputTokens + 1, 2048);
        Assert.Equal(2, (await chat.GetAsync(cancellationToken)).Turns.Count);
    }
}
