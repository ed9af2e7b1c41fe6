using GPT4RoI.Training.Evaluation.Metrics;

namespace GPT4RoI.Training.Tests.Evaluation.Metrics;

public sealed class CaptionTokenizerTests
{
    [Theory]
    [InlineData("A Man, on a horse!", "a man on a horse")]
    [InlineData("The man's dog isn't here; he can't come.", "the man 's dog is n't here he ca n't come")]
    [InlineData("It’s they'll I'm we've you'd they're", "it 's they 'll i 'm we 've you 'd they 're")]
    [InlineData("a T-shirt (red) -- 3.5 feet, 1,000 \"pieces\" ...", "a t-shirt red 3.5 feet 1,000 pieces")]
    [InlineData("'some' cannot, gonna", "some can not gon na")]
    [InlineData("Café naïve 12", "café naïve 12")]
    [InlineData(" .?!,:-;`' ", "")]
    [InlineData("", "")]
    public void Tokenize_Text_HasTheTreebanksWords(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', CaptionTokenizer.Tokenize(text)));
}
