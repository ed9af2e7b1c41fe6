using GPT4RoI.Client;

namespace GPT4RoI.Cluster.Tests.Security;

/// <summary>What a region's vector belongs to: this image and exactly this box.</summary>
public sealed class RegionIdentityTests(ClusterFixture fixture)
{
    private const string Question = "What is the relationship between <region1> and <region2>?";

    /// <summary>The first token's distribution tells boxes apart that lead to the same words.</summary>
    private static readonly SamplingOptions OneToken = SamplingOptions.Greedy with { MaxTokens = 1, TopLogprobs = 20 };

    private const double Same = 1e-4, Different = 1e-3;

    /// <summary>Sets that are one another if digits run together, numbers are reordered or spaces are mixed up.</summary>
    private static readonly Region[][] Sets =
    [
        [Region.Pixels(1, 1, 23, 100, 200), Region.Pixels(2, 45, 6, 300, 250)],
        [Region.Pixels(1, 12, 3, 100, 200), Region.Pixels(2, 4, 56, 300, 250)],
        [Region.Pixels(1, 45, 6, 300, 250), Region.Pixels(2, 1, 23, 100, 200)],
        [Region.Pixels(1, 1, 23, 200, 100), Region.Pixels(2, 45, 6, 250, 300)],
        [Region.Pixels(1, 0, 0, 1, 1), Region.Pixels(2, 0, 0, 1, 1)],
        [Region.Normalized(1, 0, 0, 1, 1), Region.Normalized(2, 0, 0, 1, 1)],
        [Region.Pixels(1, 0, 0, 1, 1), Region.Normalized(2, 0, 0, 1, 1)],
    ];

    [Fact]
    public async Task Ask_BoxSetsThatLookAlike_AnswersDoNotDependOnWhatWasAskedBefore()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var client = (await fixture.StartAsync(cancellationToken)).Connect();

        var forward = await AskEachAsync(client, 4000, Sets, cancellationToken);
        var backward = await AskEachAsync(client, 4001, Sets.Reverse(), cancellationToken);
        var alone = await Task.WhenAll(Sets.Select(async (set, at) => (await AskEachAsync(client, 4002 + at, [set], cancellationToken)).Single()));

        for (var set = 0; set < Sets.Length; set++)
        {
            Assert.InRange(Distance(alone[set], forward[set]), 0, Same);
            Assert.InRange(Distance(alone[set], backward[^(set + 1)]), 0, Same);
            Assert.All(alone[..set], other => Assert.InRange(Distance(other, alone[set]), Different, double.MaxValue));
        }
    }

    private static async Task<IReadOnlyList<float[]>> AskEachAsync(
        Gpt4RoiClient client, int copy, IEnumerable<Region[]> sets, CancellationToken cancellationToken)
    {
        using var picture = Pictures.Copy(GoldenConversation.Read("five").ImagePath, copy);
        var image = await client.UploadImageAsync(picture, cancellationToken);
        var answers = new List<float[]>();
        foreach (var set in sets)
        {
            await using var chat = await client.StartConversationAsync(image, cancellationToken);
            var logits = new List<float>();
            await foreach (var update in chat.AskAsync(Question, set, OneToken, cancellationToken))
            {
                logits.AddRange((update as TokensUpdate)?.Logprobs.SelectMany(token => token.Alternatives.OrderBy(other => other.TokenId)).Select(other => other.Logprob) ?? []);
            }
            answers.Add([.. logits]);
        }
        return answers;
    }

    private static double Distance(float[] left, float[] right) => left.Zip(right, (a, b) => Math.Abs(a - b)).Max();
}
