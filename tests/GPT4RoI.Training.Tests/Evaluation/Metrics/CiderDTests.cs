using GPT4RoI.Training.Evaluation.Metrics;
using static GPT4RoI.Training.Tests.Evaluation.Metrics.Captions;

namespace GPT4RoI.Training.Tests.Evaluation.Metrics;

/// <summary>Corpora of two captions: a run that only one of them has weighs ln 2, one that both have weighs 0. An order that matches fully gives 10, four orders are averaged.</summary>
public sealed class CiderDTests
{
    private static readonly CaptionPair Other = Pair("b", "b"); // one order of four: 2.5

    [Fact]
    public void Score_EqualWords_CountOncePerOrder()
    {
        Assert.Equal(2.5, CiderD.Score([Pair("a", "a"), Other]), 12);
        Assert.Equal(5, CiderD.Score([Pair("a b", "a b"), Pair("c d", "c d")]), 12); // words and pairs
        Assert.Equal(10, CiderD.Score([Pair("a b c d", "a b c d"), Pair("e f g h", "e f g h")]), 12);
    }

    [Fact]
    public void Score_RepeatedWord_IsClippedAndPaysForItsLength()
    {
        // (3 ln 2) against (ln 2), clipped: ln2 ln2 / (3 ln2 ln2) = 1/3; two words too many: exp(-4 / 72).
        var first = 10 / 3.0 * Math.Exp(-4 / 72.0) / 4;

        Assert.Equal((first + 2.5) / 2, CiderD.Score([Pair("a a a", "a"), Other]), 12);
    }

    [Fact]
    public void Score_PartOfTheWords_IsTheCosine()
    {
        // Words: (a, x) against (a, y): 1 / (√2 √2) = 1/2; no pair in common.
        Assert.Equal((5 / 4.0 + 2.5) / 2, CiderD.Score([Pair("a x", "a y"), Other]), 12);
    }

    [Fact]
    public void Score_WordOfEveryReference_TellsNothing()
    {
        // "the" weighs 0, so the first caption is a null vector; the second one's "the b" gives 10 for words (only b weighs) and 10 for pairs.
        Assert.Equal(5 / 2.0, CiderD.Score([Pair("the", "the a"), Pair("the b", "the b")]), 12);
    }

    [Fact]
    public void Score_SeveralReferences_AreAveraged() => Assert.Equal((1.25 + 2.5) / 2, CiderD.Score([Pair("a", "a", "c"), Other]), 12);

    [Theory]
    [InlineData("")]
    [InlineData("b")]
    [InlineData("z")]
    public void Score_NothingInCommon_IsZeroForThatCaption(string candidate) => Assert.Equal(1.25, CiderD.Score([Pair(candidate, "a"), Other]), 12);

    [Fact]
    public void Score_CorpusOfOne_IsZero() => Assert.Equal(0, CiderD.Score([Pair("a b c d", "a b c d")]));
}
