using GPT4RoI.Client;
using Grpc.Core;

namespace GPT4RoI.Cluster.Tests.Security;

/// <summary>Everything that can be sent many times or at length has a limit, and the refusal names it and the value.</summary>
public sealed class RequestLimitTests(ClusterFixture fixture)
{
    private const int RegionsPerRequest = 64, RegionsPerConversation = 256, TurnsPerConversation = 100;

    public static TheoryData<string, SamplingOptions, string, string> BadSampling => new()
    {
        { "stop", Ask.Greedy with { Stop = [.. Enumerable.Range(0, 17).Select(at => $"stop {at}")] }, "17", "16" },
        { "stop[1]", Ask.Greedy with { Stop = ["fine", new string('x', 65)] }, "65", "64" },
        { "stop_token_ids", Ask.Greedy with { StopTokenIds = [.. Enumerable.Range(0, 301)] }, "301", "300" },
        { "logit_bias", Ask.Greedy with { LogitBias = Enumerable.Range(0, 301).ToDictionary(id => id, _ => 1f) }, "301", "300" },
        { "logit_bias[5]", Ask.Greedy with { LogitBias = new Dictionary<int, float> { [5] = 101 } }, "101", "100" },
        { "top_logprobs", Ask.Greedy with { TopLogprobs = 21 }, "21", "20" },
        { "temperature", Ask.Greedy with { Temperature = float.NaN }, "NaN", "10" },
        { "max_tokens", Ask.Greedy with { MaxTokens = 0 }, "0", "1 or more" },
        { "repetition_penalty", Ask.Greedy with { RepetitionPenalty = 11 }, "11", "10" },
        { "presence_penalty", Ask.Greedy with { PresencePenalty = 3 }, "3", "2" },
    };

    [Theory]
    [MemberData(nameof(BadSampling))]
    public async Task Ask_SamplingOutOfRange_NamesFieldValueAndLimit(string field, SamplingOptions sampling, string value, string limit)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var client = (await fixture.StartAsync(cancellationToken)).Connect();
        await using var chat = await StartAsync(client, cancellationToken);

        var refused = await Assert.ThrowsAsync<Gpt4RoiException>(() => chat.GetAnswerAsync("What?", [], sampling, cancellationToken));

        Assert.Equal(StatusCode.InvalidArgument, refused.Code);
        Assert.Equal($"sampling.{field}", Assert.Single(refused.FieldViolations).Field);
        AssertNames(refused, value, limit);
    }

    [Fact]
    public async Task Ask_QuestionTooLong_NamesBothLengths()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var client = (await fixture.StartAsync(cancellationToken)).Connect();
        await using var chat = await StartAsync(client, cancellationToken);

        var refused = await Refusal.OfFieldAsync("question", "QUESTION_TOO_LONG", () => chat.GetAnswerAsync(new string('x', 8001), [], Ask.Greedy, cancellationToken));

        AssertNames(refused, "8001", "8000");
    }

    [Fact]
    public async Task Requests_MoreRegionsThanOneMayHold_NameBothCounts()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var client = (await fixture.StartAsync(cancellationToken)).Connect();
        await using var chat = await StartAsync(client, cancellationToken);
        var image = (await chat.GetAsync(cancellationToken)).ImageId;
        var (question, regions) = Regions(1, RegionsPerRequest + 1);

        var asked = await Refusal.OfFieldAsync("new_regions", "TOO_MANY_REGIONS", () => chat.GetAnswerAsync(question, regions, Ask.Greedy, cancellationToken));
        var described = await Refusal.OfFieldAsync(
            "regions", "TOO_MANY_REGIONS", async () => await client.DescribeRegionsAsync(image, regions, cancellationToken: cancellationToken).ToListAsync(cancellationToken));

        AssertNames(asked, "65", "64");
        AssertNames(described, "65", "64");
    }

    [Fact]
    public async Task Ask_MoreRegionsThanAConversationMayHold_NamesBothCounts()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var client = (await fixture.StartAsync(cancellationToken)).Connect();
        await using var chat = await StartAsync(client, cancellationToken);
        var sampling = Ask.Greedy with { MaxTokens = 1 };
        for (var first = 1; first <= RegionsPerConversation; first += RegionsPerRequest)
        {
            var (question, regions) = Regions(first, RegionsPerRequest);
            await chat.GetAnswerAsync(question, regions, sampling, cancellationToken);
        }

        var (another, more) = Regions(RegionsPerConversation + 1, 1);
        var refused = await Refusal.OfFieldAsync("new_regions", "TOO_MANY_REGIONS", () => chat.GetAnswerAsync(another, more, sampling, cancellationToken));

        AssertNames(refused, "257", "256");
    }

    [Fact]
    public async Task Ask_MoreTurnsThanAConversationMayHold_NamesTheLimit()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var client = (await fixture.StartAsync(cancellationToken)).Connect();
        await using var chat = await StartAsync(client, cancellationToken);
        var sampling = Ask.Greedy with { MaxTokens = 1 };
        for (var turn = 0; turn < TurnsPerConversation; turn++)
        {
            await chat.GetAnswerAsync("?", [], sampling, cancellationToken);
        }

        var refused = await Refusal.OfAsync(StatusCode.FailedPrecondition, "TOO_MANY_TURNS", () => chat.GetAnswerAsync("?", [], sampling, cancellationToken));

        AssertNames(refused, "101", "100");
        Assert.Equal(TurnsPerConversation, (await chat.GetAsync(cancellationToken)).Turns.Count);
    }

    [Fact]
    public async Task Ask_WhileTheConversationAnswers_IsRefusedAndTheAnswerGoesOn()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var client = (await fixture.StartAsync(cancellationToken)).Connect();
        await using var chat = await StartAsync(client, cancellationToken);
        var tokens = 0;

        await foreach (var update in chat.AskAsync("What?", [], new SamplingOptions { MaxTokens = 200, IgnoreEos = true, Seed = 1 }, cancellationToken))
        {
            if (update is StageUpdate { Stage: Stage.Prefill })
            {
                await Refusal.OfAsync(StatusCode.FailedPrecondition, "TURN_IN_PROGRESS", () => chat.GetAnswerAsync("And?", [], Ask.Greedy, cancellationToken));
            }
            tokens += (update as TokensUpdate)?.TokenIds.Count ?? 0;
        }

        Assert.Equal(200, tokens);
    }

    private static async Task<Conversation> StartAsync(Gpt4RoiClient client, CancellationToken cancellationToken) =>
        await client.StartConversationAsync(await client.UploadImageAsync(GoldenConversation.Read("single").ImagePath, cancellationToken), cancellationToken);

    private static (string Question, Region[] Regions) Regions(int first, int count)
    {
        Region[] regions = [.. Enumerable.Range(first, count).Select(id => Region.Normalized(id, 0.25, 0.25, 0.75, 0.75))];
        return (string.Concat(regions.Select(region => region.Mention)), regions);
    }

    private static void AssertNames(Gpt4RoiException refused, string value, string limit)
    {
        Assert.Contains(value, refused.Message, StringComparison.Ordinal);
        Assert.Contains(limit, refused.Message, StringComparison.Ordinal);
    }
}
