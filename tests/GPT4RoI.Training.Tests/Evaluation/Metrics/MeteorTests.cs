using GPT4RoI.Training.Evaluation.Metrics;
using static GPT4RoI.Training.Tests.Evaluation.Metrics.Captions;

namespace GPT4RoI.Training.Tests.Evaluation.Metrics;

public sealed class MeteorTests
{
    [Theory]
    [InlineData("cat", "cat", 0.5)] // one chunk for one match: half is taken off
    [InlineData("the cat sat on the mat", "the cat sat on the mat", 1 - (0.5 / 216))] // one chunk for six
    [InlineData("on the mat sat the cat", "the cat sat on the mat", 1 - (0.5 / 8))] // three for six
    [InlineData("cats sitting", "cat sits", 1 - (0.5 / 8))] // by their stems
    [InlineData("a cat", "a black cat", 10 * (2 / 3.0) / ((2 / 3.0) + 9) / 2)] // P 1, R 2/3, two chunks for two
    [InlineData("cat cat cat", "cat", 10 * (1 / 3.0) / (1 + 3) / 2)] // a word matches once: P 1/3, R 1
    [InlineData("dog", "cat", 0)]
    [InlineData("", "cat", 0)]
    public void Score_OneReference_IsTheHandComputedOne(string candidate, string reference, double expected) =>
        Assert.Equal(expected, Meteor.Score([Pair(candidate, reference)]), 12);

    [Fact]
    public void Score_SeveralReferences_TakesTheBest() =>
        Assert.Equal(1 - (0.5 / 8), Meteor.Score([Pair("a cat", "a black cat", "a cat", "dog")]), 12);

    [Fact]
    public void Score_SeveralCaptions_SumsTheirStatistics()
    {
        // 1 + 3 matches in 1 + 1 chunks, nothing missing: 1 - (2/4)³ / 2. The mean of the single scores would be 0.7407.
        Assert.Equal(1 - (0.5 / 8), Meteor.Score([Pair("a", "a"), Pair("a b c", "a b c")]), 12);
    }
}
