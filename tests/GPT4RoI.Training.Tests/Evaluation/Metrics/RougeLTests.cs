using GPT4RoI.Training.Evaluation.Metrics;
using static GPT4RoI.Training.Tests.Evaluation.Metrics.Captions;

namespace GPT4RoI.Training.Tests.Evaluation.Metrics;

public sealed class RougeLTests
{
    // F = 2.44 P R / (R + 1.44 P)
    [Theory]
    [InlineData("police kill the gunman", "police killed the gunman", 0.75)] // 3 of 4 and 3 of 4
    [InlineData("the gunman kill police", "police killed the gunman", 0.5)] // "the gunman", or "police"
    [InlineData("a b c d", "a b", 1.22 / 1.72)] // P 2/4, R 1
    [InlineData("a b", "a b c d", 1.22 / 1.94)] // P 1, R 2/4
    [InlineData("a a a", "a", 2.44 / 3 / 1.48)] // a word matches once: P 1/3, R 1
    [InlineData("cat", "cat", 1)]
    [InlineData("cat", "dog", 0)]
    [InlineData("", "dog", 0)]
    [InlineData("dog", "", 0)]
    public void Score_OneReference_IsTheHandComputedOne(string candidate, string reference, double expected) =>
        Assert.Equal(expected, RougeL.Score([Pair(candidate, reference)]), 12);

    [Fact]
    public void Score_SeveralReferences_TakesBestPrecisionAndBestRecall()
    {
        // "a b c d" gives P 1 and R 1/2; "a" gives P 1/2 and R 1.
        Assert.Equal(1, RougeL.Score([Pair("a b", "a b c d", "a")]), 12);
    }

    [Fact]
    public void Score_SeveralCaptions_IsTheirMean() => Assert.Equal(0.5, RougeL.Score([Pair("cat", "cat"), Pair("cat", "dog")]), 12);
}
