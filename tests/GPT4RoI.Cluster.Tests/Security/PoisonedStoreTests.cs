using GPT4RoI.Client;
using Grpc.Core;

namespace GPT4RoI.Cluster.Tests.Security;

/// <summary>Nothing that lies in the store is believed: what is not exactly what this model made is computed again.</summary>
public sealed class PoisonedStoreTests(ClusterFixture fixture)
{
    private const int Levels = 4, Tries = 40;

    public static TheoryData<string> Poisons => [.. FeatureEntries.Poisons.Keys];

    [Theory]
    [MemberData(nameof(Poisons))]
    public async Task Ask_ImageFeaturesWerePoisoned_AnswersAsRecordedAndReplacesThem(string poison)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var cluster = await fixture.StartAsync(cancellationToken);
        await using var client = cluster.Connect();
        await using var entries = await FeatureEntries.OpenAsync(cluster);
        var golden = GoldenConversation.Read("single");
        using var picture = Pictures.Copy(golden.ImagePath, 6000 + FeatureEntries.Poisons.Keys.ToList().IndexOf(poison));
        var image = await client.UploadImageAsync(picture, cancellationToken);

        // encoding starts with the upload; no llm silo has read the result yet
        var levels = await entries.NewAsync("level", Levels, cancellationToken);
        var poisoned = await PoisonAsync(entries, levels, [poison]);

        await using var chat = await client.StartConversationAsync(image, cancellationToken);
        var tokens = await chat.TokensAsync(golden.Turns[0].Question, golden.Turns[0].NewRegions, Ask.Recorded, cancellationToken);

        Assert.Equal(golden.Turns[0].TokenIds, tokens);
        await AssertReplacedAsync(entries, levels, poisoned);
    }

    [Fact]
    public async Task Ask_RegionVectorsWerePoisonedAndTheSiloLeft_TheNextSiloAnswersAsIfNothingWere()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var cluster = await fixture.StartAsync(cancellationToken);
        await using var client = cluster.Connect();
        const string Follow = "Which of <region1> and <region5> is larger?";
        var five = GoldenConversation.Read("five");
        await using var control = await StartAsync(client, five, 6100, cancellationToken);
        var expected = await control.TokensAsync(Follow, [], Ask.Recorded, cancellationToken);

        // a silo keeps in memory what it has read, so the turn after the poisoning must run on another one
        var leaving = cluster.StartLlm("llm-leaving");
        await leaving.UntilReadyAsync(cancellationToken);
        await using var entries = await FeatureEntries.OpenAsync(cluster);
        Conversation? chat = null;
        for (var copy = 0; (await leaving.EngineAsync(cancellationToken)).OutputTokens == 0 && copy < Tries; copy++)
        {
            chat = await StartAsync(client, five, 6101 + copy, cancellationToken);
        }
        Assert.True((await leaving.EngineAsync(cancellationToken)).OutputTokens > 0, "no conversation was placed on the new silo");
        var regions = await entries.NewAsync("region", five.Turns[0].NewRegions.Count, cancellationToken);
        var poisoned = await PoisonAsync(entries, regions, [.. FeatureEntries.Poisons.Keys]);
        await leaving.Process.TerminateAsync(cancellationToken);

        Assert.Equal(expected, await chat!.TokensAsync(Follow, [], Ask.Recorded, cancellationToken));
        var refused = 0;
        foreach (var (key, value) in poisoned)
        {
            refused += (await entries.ReadAsync(key)).AsSpan().SequenceEqual(value) ? 0 : 1;
        }
        Assert.Equal(five.Turns[0].NewRegions.Count, refused); // those of this conversation; the other copies' were not read again
    }

    [Fact]
    public async Task Ask_UploadItselfWasDamaged_SaysSoAndGoesOnAfterAnotherUpload()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var cluster = await fixture.StartAsync(cancellationToken);
        await using var client = cluster.Connect();
        await using var entries = await FeatureEntries.OpenAsync(cluster);
        var golden = GoldenConversation.Read("single");
        using var picture = Pictures.Copy(golden.ImagePath, 6200);
        var image = await client.UploadImageAsync(picture, cancellationToken);
        foreach (var level in (await entries.NewAsync("level", Levels, cancellationToken)).Keys)
        {
            await entries.DeleteAsync(level);
        }
        var media = (await entries.NewAsync("media", 2, cancellationToken)).Single(entry => entry.Key.EndsWith(image.Id, StringComparison.Ordinal));
        await entries.WriteAsync(media.Key, FeatureEntries.Poisons["bytes flipped"](media.Value));
        await using var chat = await client.StartConversationAsync(image, cancellationToken);
        var (question, regions) = (golden.Turns[0].Question, golden.Turns[0].NewRegions);

        await Refusal.OfAsync(StatusCode.NotFound, "IMAGE_NOT_FOUND", () => chat.GetAnswerAsync(question, regions, Ask.Recorded, cancellationToken));
        picture.Position = 0;
        Assert.Equal(image.Id, (await client.UploadImageAsync(picture, cancellationToken)).Id);

        Assert.Equal(golden.Turns[0].TokenIds, await chat.TokensAsync(question, regions, Ask.Recorded, cancellationToken));
    }

    private static async Task<Conversation> StartAsync(Gpt4RoiClient client, GoldenConversation golden, int copy, CancellationToken cancellationToken)
    {
        using var picture = Pictures.Copy(golden.ImagePath, copy);
        var chat = await client.StartConversationAsync(await client.UploadImageAsync(picture, cancellationToken), cancellationToken);
        Assert.Equal(golden.Turns[0].TokenIds, await chat.TokensAsync(golden.Turns[0].Question, golden.Turns[0].NewRegions, Ask.Recorded, cancellationToken));
        return chat;
    }

    private static async Task<Dictionary<string, byte[]>> PoisonAsync(FeatureEntries entries, Dictionary<string, byte[]> clean, string[] kinds)
    {
        var poisoned = clean.Select((entry, at) => (entry.Key, Value: FeatureEntries.Poisons[kinds[at % kinds.Length]](entry.Value)))
            .ToDictionary(entry => entry.Key, entry => entry.Value);
        await Task.WhenAll(poisoned.Select(entry => entries.WriteAsync(entry.Key, entry.Value)));
        return poisoned;
    }

    private static async Task AssertReplacedAsync(FeatureEntries entries, Dictionary<string, byte[]> clean, Dictionary<string, byte[]> poisoned)
    {
        foreach (var (key, value) in poisoned)
        {
            var now = await entries.ReadAsync(key);
            Assert.NotNull(now);
            Assert.Equal(clean[key].Length, now.Length);
            Assert.NotEqual(value, now);
        }
    }
}
