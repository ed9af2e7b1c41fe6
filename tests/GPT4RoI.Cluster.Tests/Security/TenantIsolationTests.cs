using GPT4RoI.Client;
using Grpc.Core;

namespace GPT4RoI.Cluster.Tests.Security;

/// <summary>What one tenant has is to another neither there nor felt.</summary>
public sealed class TenantIsolationTests(ClusterFixture fixture, KeyedGateway gateway) : IClassFixture<KeyedGateway>
{
    private const string Question = "What is <region1> doing?";
    private const int Levels = 4, ImageTokens = 256, Pictures = 12;
    private static readonly Region[] Regions = [Region.Normalized(1, 0.1, 0.1, 0.6, 0.8)];

    [Fact]
    public async Task ImageIds_OfAnotherTenant_AreLikeIdsThatNobodyHas()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var (first, second) = await gateway.ConnectAsync(cancellationToken);
        await using var both = new Both(first, second);
        var mine = (await first.UploadAsync(Picture(0), cancellationToken)).Id;
        Func<string, Task>[] calls =
        [
            id => second.GetImageAsync(id, cancellationToken),
            id => second.DeleteImageAsync(id, cancellationToken),
            id => second.StartConversationAsync(id, cancellationToken),
            async id => await second.DescribeRegionsAsync(id, Regions, cancellationToken: cancellationToken).FirstAsync(cancellationToken),
        ];

        foreach (var call in calls)
        {
            var theirs = await Refusal.OfAsync(StatusCode.NotFound, "IMAGE_NOT_FOUND", () => call(mine));
            var nobodys = await Refusal.OfAsync(StatusCode.NotFound, "IMAGE_NOT_FOUND", () => call(Convert.ToHexStringLower(Guid.NewGuid().ToByteArray()).PadLeft(64, '7')));
            Assert.Equal(nobodys.Wire(), theirs.Wire());
        }
        Assert.Equal(mine, (await first.GetImageAsync(mine, cancellationToken)).Id);
        Assert.NotEqual(mine, (await second.UploadAsync(Picture(0), cancellationToken)).Id);
    }

    [Fact]
    public async Task ConversationIds_OfAnotherTenant_AreLikeIdsThatNobodyHas()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var (first, second) = await gateway.ConnectAsync(cancellationToken);
        await using var both = new Both(first, second);
        await using var chat = await first.StartConversationAsync(await first.UploadAsync(Picture(0), cancellationToken), cancellationToken);
        await chat.TokensAsync(Question, Regions, Ask.Greedy, cancellationToken);
        Func<string, Task>[] calls =
        [
            id => second.GetConversationAsync(id, cancellationToken),
            id => second.DeleteConversationAsync(id, cancellationToken),
            id => second.OpenConversation(id).GetAnswerAsync("And now?", [], Ask.Greedy, cancellationToken),
        ];

        foreach (var call in calls)
        {
            var theirs = await Refusal.OfAsync(StatusCode.NotFound, "CONVERSATION_NOT_FOUND", () => call(chat.Id));
            var nobodys = await Refusal.OfAsync(StatusCode.NotFound, "CONVERSATION_NOT_FOUND", () => call($"{chat.Id[..^32]}{Guid.NewGuid():n}"));
            Assert.Equal(nobodys.Wire(), theirs.Wire());
        }
        Assert.DoesNotContain(chat.Id, await second.ListConversationsAsync(cancellationToken).Select(listed => listed.Id).ToListAsync(cancellationToken));
        Assert.Single((await chat.GetAsync(cancellationToken)).Turns);
    }

    [Fact]
    public async Task Ids_ThatTheServerNeverMade_AreInvalid()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var (first, second) = await gateway.ConnectAsync(cancellationToken);
        await using var both = new Both(first, second);
        foreach (var id in new[] { new string('a', 65), new string('a', 100_000), $"../{new string('a', 61)}", $"{new string('a', 63)}\n" })
        {
            await Refusal.OfFieldAsync("image_id", "IMAGE_ID_MALFORMED", () => second.GetImageAsync(id, cancellationToken));
            await Refusal.OfFieldAsync("image_id", "IMAGE_ID_MALFORMED", () => second.StartConversationAsync(id, cancellationToken));
        }
        foreach (var id in new[] { $"c-00000000-{new string('0', 33)}", $"c-00000000-{new string('0', 100_000)}", $"first/c-00000000-{new string('0', 32)}" })
        {
            await Refusal.OfFieldAsync("conversation_id", "CONVERSATION_ID_MALFORMED", () => second.GetConversationAsync(id, cancellationToken));
            await Refusal.OfFieldAsync(
                "conversation_id", "CONVERSATION_ID_MALFORMED", () => second.OpenConversation(id).GetAnswerAsync("What?", [], Ask.Greedy, cancellationToken));
        }
    }

    [Fact]
    public async Task Ask_WhatAnotherTenantHasJustAsked_IsEncodedAndComputedAsIfForTheFirstTime()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var cluster = await fixture.StartAsync(cancellationToken);
        var (first, second) = await gateway.ConnectAsync(cancellationToken);
        await using var both = new Both(first, second);
        await using var entries = await FeatureEntries.OpenAsync(cluster);

        // each tenant's image goes to a silo of its own choice: go on until both were on the same one
        var sameSilo = false;
        for (var number = 1; !sameSilo && number <= Pictures; number++)
        {
            var (cold, firstSilo) = await AskAsync(cluster, first, number, cancellationToken);
            var (warm, _) = await AskAsync(cluster, first, number, cancellationToken);
            var (other, secondSilo) = await AskAsync(cluster, second, number, cancellationToken);
            Assert.InRange(cold.CachedTokens, 0, ImageTokens - 1);
            Assert.InRange(warm.CachedTokens, ImageTokens, warm.InputTokens);
            Assert.InRange(other.CachedTokens, 0, number == 1 ? 0 : cold.InputTokens - ImageTokens - 1);
            Assert.Equal(cold.InputTokens, other.InputTokens);
            Assert.Equal(2 * Levels * number, (await entries.NewAsync("level", 2 * Levels * number, cancellationToken)).Count);
            Assert.Equal(2 * number, (await entries.NewAsync("region", 2 * number, cancellationToken)).Count);
            sameSilo = firstSilo == secondSilo;
        }
        Assert.True(sameSilo, "the tenants never met on one silo");
    }

    private static byte[] Picture(int number) => Cluster.Tests.Pictures.Copy(GoldenConversation.Read("single").ImagePath, 5000 + number).ToArray();

    private static async Task<(Usage Usage, int Silo)> AskAsync(RunningCluster cluster, Gpt4RoiClient client, int number, CancellationToken cancellationToken)
    {
        var before = await cluster.EnginesAsync(cancellationToken);
        await using var chat = await client.StartConversationAsync(await client.UploadAsync(Picture(number), cancellationToken), cancellationToken);
        var answer = await chat.GetAnswerAsync(Question, Regions, Ask.Greedy, cancellationToken);
        var after = await cluster.EnginesAsync(cancellationToken);
        return (answer.Usage, Array.FindIndex([.. before.Zip(after)], pair => pair.Second.OutputTokens > pair.First.OutputTokens));
    }

    private sealed class Both(Gpt4RoiClient first, Gpt4RoiClient second) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await first.DisposeAsync();
            await second.DisposeAsync();
        }
    }
}
