using GPT4RoI.Training.Evaluation;

namespace GPT4RoI.Training.Tests.Evaluation;

public sealed class MultipleChoiceTests
{
    private static readonly string[] Options = ["a man with a dog", "a red car", "two dogs", "nothing at all"];

    [Fact]
    public void Format_Options_AreLetteredLines() =>
        Assert.Equal("\n(A) yes\n(B) no\nAnswer with the letter of the right choice.", MultipleChoice.Format(["yes", "no"]));

    [Theory]
    [InlineData("B", 1)]
    [InlineData("(C)", 2)]
    [InlineData(" d. nothing at all", 3)]
    [InlineData("B: a man with a dog", 1)] // the letter counts
    [InlineData("The right answer is C", 2)]
    [InlineData("Option B is what I see.", 1)]
    [InlineData("I would say (C), two of them.", 2)]
    [InlineData("A man with a dog", 0)] // an article, then words
    [InlineData("The answer is a car.", 1)]
    [InlineData("A red car.", 1)]
    [InlineData("E", null)] // there are four
    [InlineData("no idea", null)]
    [InlineData("", null)]
    public void Choose_Answer_ReadsLetterElseWords(string answer, int? expected) => Assert.Equal(expected, MultipleChoice.Choose(answer, Options));

    [Fact]
    public void Choose_EquallyNear_TakesTheFirst() => Assert.Equal(0, MultipleChoice.Choose("dogs", ["big dogs", "small dogs"]));
}
