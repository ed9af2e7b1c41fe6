using GPT4RoI.Engine.Execution.Sampling;
using GPT4RoI.Engine.Requests;

namespace GPT4RoI.Engine.Tests.Sampling;

public sealed class SamplerTests
{
    private static readonly float[] Logits = [1f, 3f, -2f, 3f, 0.5f];
    private static readonly SamplingParams Greedy = new() { Temperature = 0 };
    private static readonly SamplingParams Plain = new() { Temperature = 1, TopK = 0 };
    private static readonly TokenHistory Empty = new([]);

    [Fact]
    public void Sample_TemperatureZero_TakesLowestIdAmongMostLikely() =>
        Assert.Equal(new SampledToken(1, null), Sample(Logits, Greedy, Empty));

    [Theory]
    [InlineData(float.NaN, 0f)]
    [InlineData(float.PositiveInfinity, 0f)]
    [InlineData(float.NegativeInfinity, 0f)]
    [InlineData(float.NaN, 1f)]
    [InlineData(float.PositiveInfinity, 1f)]
    [InlineData(float.NegativeInfinity, 1f)]
    public void Sample_LogitNotFinite_IsFault(float logit, float temperature)
    {
        var sampler = new Sampler(Logits.Length);
        float[] poisoned = [.. Logits];
        poisoned[2] = logit;

        Assert.True(sampler.Sample(poisoned, Plain with { Temperature = temperature, TopLogprobs = 2 }, 1, 0, Empty).IsFault);
        Assert.Equal(1, sampler.Sample(Logits, Greedy, 1, 0, Empty).TokenId);
    }

    [Fact]
    public void Sample_ExtremeButValidParameters_GivesAToken()
    {
        float[] huge = [float.MaxValue, float.MinValue, 1e30f];
        var parameters = Plain with
        {
            Temperature = float.Epsilon,
            RepetitionPenalty = float.Epsilon,
            TopP = float.Epsilon,
            TopLogprobs = 3,
            LogitBias = new Dictionary<int, float> { [0] = 100, [99] = 100 },
        };

        Assert.Equal(0, Sample(huge, parameters, new([0, 1, 2, 77])).TokenId);
    }

    [Fact]
    public void Sample_SameSeedAndPosition_IsIndependentOfWhatWasSampledBetween()
    {
        var alone = new Sampler(Logits.Length);
        var shared = new Sampler(Logits.Length);

        for (var position = 0; position < 200; position++)
        {
            shared.Sample([9f, 8f, 7f, 6f, 5f], Plain with { TopK = 2, TopP = 0.3f, TopLogprobs = 1 }, 77, position, new([1]));

            Assert.Equal(
                alone.Sample(Logits, Plain, 5, position, Empty),
                shared.Sample(Logits, Plain, 5, position, Empty));
        }
    }

    [Fact]
    public void Sample_TopK_KeepsTiesAndNothingElse() =>
        Assert.Equal([1, 3], Draw(Logits, Plain with { TopK = 1 }, 100).ToHashSet().Order());

    [Theory]
    [InlineData(1f, 0, 1f, 0f)]
    [InlineData(0.7f, 0, 0.8f, 0f)]
    [InlineData(2f, 3, 1f, 0.1f)]
    public void Sample_ManyPositions_FitsItsProbabilitiesByChiSquare(float temperature, int topK, float topP, float minP)
    {
        const int Draws = 20_000;
        var parameters = new SamplingParams { Temperature = temperature, TopK = topK, TopP = topP, MinP = minP };
        var probabilities = new float[Logits.Length];
        new Sampler(Logits.Length).Probabilities(Logits, parameters, Empty, probabilities);

        var counts = Draw(Logits, parameters, Draws).CountBy(token => token).ToDictionary();

        Assert.All(counts.Keys, token => Assert.True(probabilities[token] > 0));
        var chiSquare = Enumerable.Range(0, Logits.Length).Where(token => probabilities[token] > 0)
            .Sum(token => Math.Pow(counts.GetValueOrDefault(token) - Draws * probabilities[token], 2) / (Draws * probabilities[token]));
        Assert.InRange(chiSquare, 0, 18.47); // 4 degrees of freedom at most, p = 0.001
    }

    [Fact]
    public void Probabilities_TopPAfterTopK_CountsMassOfTheSurvivorsOnly()
    {
        // 0.5, 0.25, 0.125, ...: of the two survivors the first holds 2/3.
        float[] logits = [MathF.Log(8), MathF.Log(4), MathF.Log(2), MathF.Log(1), MathF.Log(1)];

        Assert.Equal([1, 0, 0, 0, 0], Probabilities(logits, Plain with { TopK = 2, TopP = 0.66f }, Empty));
        AssertClose([2f / 3, 1f / 3, 0, 0, 0], Probabilities(logits, Plain with { TopK = 2, TopP = 0.67f }, Empty));
    }

    [Fact]
    public void Probabilities_MinP_IsAShareOfTheMostLikelyAfterTemperature()
    {
        // At temperature 2 the weights are 1, 1/2, 1/4, 1/8.
        float[] logits = [0, -2 * MathF.Log(2), -2 * MathF.Log(4), -2 * MathF.Log(8)];

        AssertClose([4f / 7, 2f / 7, 1f / 7, 0], Probabilities(logits, Plain with { Temperature = 2, MinP = 0.24f }, Empty));
        AssertClose([2f / 3, 1f / 3, 0, 0], Probabilities(logits, Plain with { Temperature = 2, MinP = 0.26f }, Empty));
    }

    [Fact]
    public void Probabilities_Penalties_FollowTheirDefinitions()
    {
        float[] logits = [2f, 2f, -2f, 2f, 1f];
        var history = new TokenHistory([1, 2, 2, 2]);
        history.Append(0);
        history.Append(0);
        history.Append(2);
        var parameters = Plain with
        {
            RepetitionPenalty = 2f,
            PresencePenalty = 0.5f,
            FrequencyPenalty = 0.25f,
            LogitBias = new Dictionary<int, float> { [4] = 3f },
        };

        // Token 0: twice in the output; 1: in the prompt only; 2: negative, prompt and once in the output; 3: unseen; 4: biased.
        float[] adjusted = [(2f / 2f) - 0.5f - (2 * 0.25f), 2f / 2f, (-2f * 2f) - 0.5f - 0.25f, 2f, 1f + 3f];
        var sum = adjusted.Sum(MathF.Exp);
        AssertClose([.. adjusted.Select(score => MathF.Exp(score) / sum)], Probabilities(logits, parameters, history));
    }

    [Fact]
    public void Sample_TopLogprobs_ReportsLogSoftmaxAfterBiasAndBeforeTemperature()
    {
        var parameters = new SamplingParams
        {
            Temperature = 0.1f,
            TopK = 1,
            TopLogprobs = 3,
            LogitBias = new Dictionary<int, float> { [2] = 4f },
        };

        var report = Sample(Logits, parameters, Empty).Logprob;

        double[] scores = [1, 3, 2, 3, 0.5];
        var normaliser = Math.Log(scores.Sum(Math.Exp));
        Assert.NotNull(report);
        Assert.Contains(report.TokenId, new[] { 1, 3 });
        Assert.Equal(3 - normaliser, report.Logprob, 5);
        Assert.Equal([1, 3, 2], report.Alternatives.Select(alternative => alternative.TokenId));
        Assert.All(report.Alternatives, alternative => Assert.Equal(scores[alternative.TokenId] - normaliser, alternative.Logprob, 5));
    }

    [Fact]
    public void Sample_TopLogprobsBeyondVocabularyOrTied_ReportsLowestIds()
    {
        Assert.Equal([0, 1, 2], Sample([1, 1, 1], Greedy with { TopLogprobs = 20 }, Empty).Logprob!.Alternatives.Select(a => a.TokenId));
        Assert.Equal([0, 1], Sample([1, 1, 1], Greedy with { TopLogprobs = 2 }, Empty).Logprob!.Alternatives.Select(a => a.TokenId));
    }

    private static SampledToken Sample(float[] logits, SamplingParams parameters, TokenHistory history) =>
        new Sampler(logits.Length).Sample(logits, parameters, seed: 42, position: 3, history);

    private static IEnumerable<int> Draw(float[] logits, SamplingParams parameters, int count)
    {
        var sampler = new Sampler(logits.Length);
        return Enumerable.Range(0, count).Select(position => sampler.Sample(logits, parameters, seed: 42, position, Empty).TokenId);
    }

    private static float[] Probabilities(float[] logits, SamplingParams parameters, TokenHistory history)
    {
        var probabilities = new float[logits.Length];
        new Sampler(logits.Length).Probabilities(logits, parameters, history, probabilities);
        return probabilities;
    }

    private static void AssertClose(float[] expected, float[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
}
