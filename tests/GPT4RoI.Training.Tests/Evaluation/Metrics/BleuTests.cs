using GPT4RoI.Training.Evaluation.Metrics;
using static GPT4RoI.Training.Tests.Evaluation.Metrics.Captions;

namespace GPT4RoI.Training.Tests.Evaluation.Metrics;

public sealed class BleuTests
{
    [Fact]
    public void Score_RepeatedWord_IsClippedToTheReference()
    {
        // Papineni's example: "the" is in a reference twice at most, so 2 of 7; a reference has 7 words, so no penalty; no "the the".
        var scores = Bleu.Score([Pair("the the the the the the the", "the cat is on the mat", "there is a cat on the mat")]);

        Assert.Equal(2.0 / 7, scores[0], 12);
        Assert.Equal([0, 0, 0], scores[1..]);
    }

    [Fact]
    public void Score_ShortCaption_PaysForItsBrevity()
    {
        // 3/3, 2/2 and 1/1 right, no run of four; exp(1 - 6/3).
        var scores = Bleu.Score([Pair("a cat sat", "a cat sat on the mat")]);

        Assert.All(scores[..3], score => Assert.Equal(Math.Exp(-1), score, 12));
        Assert.Equal(0, scores[3]);
    }

    [Fact]
    public void Score_SeveralCaptions_SumsCountsBeforeDividing()
    {
        // Right runs: 4 + 1 of 6, 3 of 4, 2 of 3, 1 of 2: product 5/24. 6 words for 7: exp(1 - 7/6).
        var scores = Bleu.Score([Pair("a b c d e", "a b c d f"), Pair("x", "x y")]);

        var brevity = Math.Exp(-1.0 / 6);
        Assert.Equal(brevity * 5 / 6, scores[0], 12);
        Assert.Equal(brevity * Math.Sqrt(5.0 / 8), scores[1], 12);
        Assert.Equal(brevity * Math.Pow(5.0 / 12, 1.0 / 3), scores[2], 12);
        Assert.Equal(brevity * Math.Pow(5.0 / 24, 0.25), scores[3], 12);
    }

    [Fact]
    public void Score_EquallyNearReferences_TakesTheShorterLength()
    {
        // 3 words; references of 2 and of 4: compared with 2, no penalty; all three words are in the longer one.
        Assert.Equal(1, Bleu.Score([Pair("a b c", "x y", "a b c d")])[0], 12);
    }

    [Theory]
    [InlineData("")]
    [InlineData("dog")]
    public void Score_NothingRight_IsZero(string candidate) => Assert.Equal([0, 0, 0, 0], Bleu.Score([Pair(candidate, "a cat sat")]));

    [Fact]
    public void Score_OneOfTwoEmpty_StillCountsItsReference()
    {
        // 3 of 3 words right; 3 words for 3 + 3: exp(1 - 2).
        Assert.Equal(Math.Exp(-1), Bleu.Score([Pair("a b c", "a b c"), Pair("", "x y z")])[0], 12);
    }
}
