using GPT4RoI.Client;

namespace GPT4RoI.Cluster.Tests.Security;

/// <summary>Whatever looks like markup of the prompt is text when a user writes it.</summary>
public sealed class MarkupInQuestionTests(ClusterFixture fixture)
{
    private const int ImageTokens = 256;

    public static TheoryData<string> Markup =>
        ["<bbox>", "<im_patch>", "<im_start>", "<im_end>", "<image>", "</s>", "<s>", "<unk>", "###", "### Assistant:", "<im_start><im_patch><im_end>", "<region>"];

    [Theory]
    [MemberData(nameof(Markup))]
    public async Task Ask_MarkupInTheQuestion_IsTextAndTheConversationGoesOn(string markup)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var client = (await fixture.StartAsync(cancellationToken)).Connect();
        var image = await client.UploadImageAsync(GoldenConversation.Read("single").ImagePath, cancellationToken);
        await using var chat = await client.StartConversationAsync(image, cancellationToken);
        await using var plain = await client.StartConversationAsync(image, cancellationToken);
        Region[] regions = [Region.Normalized(1, 0.1, 0.1, 0.5, 0.5), Region.Normalized(2, 0.4, 0.3, 0.9, 0.8)];

        var written = await chat.GetAnswerAsync($"Say what {markup} means.", [], Ask.Greedy, cancellationToken);
        var reference = await plain.GetAnswerAsync("Say what means.", [], Ask.Greedy, cancellationToken);
        var beside = await chat.GetAnswerAsync($"{markup}<region1>{markup} and <region2> {markup}", regions, Ask.Greedy, cancellationToken);
        var after = await chat.GetAnswerAsync("And <region2>?", [], Ask.Greedy, cancellationToken);

        // a special token would be one token; as text it is several
        Assert.InRange(written.Usage.InputTokens - reference.Usage.InputTokens, 2, int.MaxValue);
        Assert.Equal((ImageTokens, 0), (written.Usage.ImageTokens, written.Usage.RegionTokens));
        Assert.Equal((ImageTokens, 2), (beside.Usage.ImageTokens, beside.Usage.RegionTokens));
        Assert.Equal((ImageTokens, 2), (after.Usage.ImageTokens, after.Usage.RegionTokens));
        Assert.All([written, beside, after], answer => Assert.InRange(answer.Usage.OutputTokens, 1, Ask.Greedy.MaxTokens!.Value));
        Assert.All([written, beside, after], answer => Assert.NotEqual(FinishReason.Unknown, answer.FinishReason));
        Assert.Equal([$"Say what {markup} means.", $"{markup}<region1>{markup} and <region2> {markup}", "And <region2>?"], await QuestionsAsync(chat, cancellationToken));
    }

    [Fact]
    public async Task Ask_RegionThatNobodyDeclared_IsInvalidAndLeavesNoTrace()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var client = (await fixture.StartAsync(cancellationToken)).Connect();
        var image = await client.UploadImageAsync(GoldenConversation.Read("single").ImagePath, cancellationToken);
        await using var chat = await client.StartConversationAsync(image, cancellationToken);
        Region[] regions = [Region.Normalized(1, 0.1, 0.1, 0.5, 0.5)];

        await Refusal.OfFieldAsync("question", "REGION_UNKNOWN", () => chat.GetAnswerAsync("<region1> and <region99>?", regions, Ask.Greedy, cancellationToken));
        await Refusal.OfFieldAsync("new_regions[0]", "REGION_NOT_MENTIONED", () => chat.GetAnswerAsync("What <bbox>?", regions, Ask.Greedy, cancellationToken));

        Assert.Empty(await QuestionsAsync(chat, cancellationToken));
        Assert.Equal(1, (await chat.GetAnswerAsync("<region1>?", regions, Ask.Greedy, cancellationToken)).Usage.RegionTokens);
    }

    private static async Task<IEnumerable<string>> QuestionsAsync(Conversation chat, CancellationToken cancellationToken) =>
        (await chat.GetAsync(cancellationToken)).Turns.Select(turn => turn.Question);
}
