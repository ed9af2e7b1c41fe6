using CsCheck;
using GPT4RoI.Engine.Execution.Sampling;

namespace GPT4RoI.Engine.Tests.Sampling;

/// <summary>The filter against definitions that sort. Scores are few and close together, so ties are common and double sums exact.</summary>
public sealed class CandidatesTests
{
    private static readonly Gen<float> Score = Gen.Int[-14, 14].Select(halves => halves / 2f);
    private static readonly Gen<float[]> Scores = Score.Array[1, 80];

    [Fact]
    public void KthLargest_RandomScores_IsThatOfASort() =>
        Gen.Select(Scores, Gen.Int[1, 80]).Where((scores, k) => k <= scores.Length).Sample((scores, k) =>
            TopK.KthLargest(scores, new float[k]) == scores.OrderDescending().ElementAt(k - 1));

    [Fact]
    public void KthLargest_RealisticVocabulary_IsThatOfASort()
    {
        var random = new Random(7);
        var scores = Enumerable.Range(0, 32_006).Select(_ => (float)random.NextDouble()).ToArray();
        var sorted = scores.OrderDescending().ToArray();

        Assert.All(new[] { 1, 2, 5, 50, 1000, 32_005 }, k => Assert.Equal(sorted[k - 1], TopK.KthLargest(scores, new float[k])));
    }

    [Fact]
    public void Select_RandomScores_KeepsKthLargestAndItsTies() =>
        Gen.Select(Scores, Gen.Int[0, 80]).Sample((scores, k) =>
        {
            var threshold = k == 0 || k >= scores.Length ? float.MinValue : scores.OrderDescending().ElementAt(k - 1);

            Assert.Equal(Indices(scores, score => score >= threshold), Kept(scores, k, static _ => { }));
        });

    [Fact]
    public void KeepTopP_RandomScores_KeepsShortestPrefixOfTheSortThatReachesP() =>
        Gen.Select(Scores, Gen.Float[0.001f, 1f]).Sample((scores, topP) =>
        {
            var weights = scores.Select(score => (double)MathF.Exp(score - scores.Max())).ToArray();
            var expected = new SortedSet<int>();
            var mass = 0.0;
            foreach (var index in Enumerable.Range(0, scores.Length).OrderByDescending(index => scores[index]).ThenBy(index => index))
            {
                if (mass < topP * weights.Sum())
                {
                    expected.Add(index);
                    mass += weights[index];
                }
            }

            Assert.Equal(expected, Kept(scores, 0, candidates => candidates.KeepTopP(topP)));
        });

    [Fact]
    public void KeepMinP_RandomScores_KeepsThoseWithThatShareOfTheLargest() =>
        Gen.Select(Scores, Gen.Float[0.001f, 0.99f]).Sample((scores, minP) =>
            Assert.Equal(
                Indices(scores, score => MathF.Exp(score - scores.Max()) >= minP),
                Kept(scores, 0, candidates => candidates.KeepMinP(minP))));

    [Fact]
    public void Draw_AnyUniform_FollowsTheCumulativeDistribution()
    {
        var candidates = new Candidates(4);
        candidates.Select([MathF.Log(1), float.MinValue, MathF.Log(2), MathF.Log(1)], 0);
        candidates.Exponentiate(1);

        Assert.Equal([0, 0, 2, 2, 3, 3], new[] { 0, 0.249, 0.25, 0.749, 0.75, Math.BitDecrement(1.0) }.Select(candidates.Draw));
    }

    [Fact]
    public void Draw_LowestUniform_SkipsTokensWhoseProbabilityUnderflowed()
    {
        var candidates = new Candidates(3);
        candidates.Select([-1000, 0, -1000], 0);
        candidates.Exponentiate(1);

        Assert.Equal([1, 1], new[] { 0, Math.BitDecrement(1.0) }.Select(candidates.Draw));
    }

    private static IEnumerable<int> Indices(float[] scores, Func<float, bool> keep) =>
        Enumerable.Range(0, scores.Length).Where(index => keep(scores[index]));

    private static IEnumerable<int> Kept(float[] scores, int topK, Action<Candidates> step)
    {
        var candidates = new Candidates(scores.Length);
        candidates.Select(scores, topK);
        candidates.Exponentiate(1);
        step(candidates);
        var probabilities = new float[scores.Length];
        candidates.CopyProbabilities(probabilities);
        return Enumerable.Range(0, scores.Length).Where(index => probabilities[index] > 0);
    }
}
