using CsCheck;
using GPT4RoI.Model.Prompting;

namespace GPT4RoI.Model.Tests.Prompting;

public sealed class AnswerFilterTests
{
    private static readonly Gen<string[]> Deltas =
        Gen.OneOf(Gen.Char["a# \n\x1c"].Array[0, 3].Select(chars => new string(chars)), Gen.Int[0, 3].Select(i => new[] { "Assistant:", "Assis", "tant", ":" }[i])).Array[0, 14];

    [Fact]
    public void Append_AnyText_AddsUpToTheDemosAnswerWithoutItsLabel() => Deltas.Sample(deltas =>
    {
        var whole = string.Concat(deltas).Trim(' ', '\n', '\x1c');
        whole = whole.StartsWith("Assistant:", StringComparison.Ordinal) ? whole["Assistant:".Length..].Trim(' ', '\n', '\x1c') : whole;
        var shown = LiteralAnswer.Shown(whole);

        Assert.Equal(shown == LiteralAnswer.Shown("") ? "" : shown, Filter(deltas));
    }, iter: 50_000);

    [Theory]
    [InlineData(" Assistant: It is red. ###", "It is red.")]
    [InlineData("Assist him.", "Assist him.")]
    [InlineData(" Assist", "Assist")]
    [InlineData("a ##", "a ##")]
    [InlineData("a###b", "a###b")]
    [InlineData(" \n", "")]
    public void Append_CharacterByCharacter_GivesTheAnswer(string text, string answer) => Assert.Equal(answer, Filter([.. text.Select(c => c.ToString())]));

    [Fact]
    public void Append_PlainWords_AreGivenOutAtOnce()
    {
        var filter = new AnswerFilter(ConversationTemplate.Authors);

        Assert.Equal("", filter.Append(" Assistant:"));
        Assert.Equal("It", filter.Append(" It"));
        Assert.Equal("", filter.Append(" "));
        Assert.Equal(" is", filter.Append("is"));
    }

    [Fact]
    public void Append_TemplateWithoutLabel_KeepsTheWord()
    {
        var filter = new AnswerFilter(ConversationTemplate.Vicuna);

        Assert.Equal("Assistant: yes ###", filter.Append(" Assistant: yes ###") + filter.Finish());
    }

    private static string Filter(string[] deltas)
    {
        var filter = new AnswerFilter(ConversationTemplate.Authors);
        return string.Concat(deltas.Select(filter.Append)) + filter.Finish();
    }
}
