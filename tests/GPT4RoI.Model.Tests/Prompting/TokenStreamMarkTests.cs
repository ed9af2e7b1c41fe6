using GPT4RoI.Model.Prompting;

namespace GPT4RoI.Model.Tests.Prompting;

public sealed class TokenStreamMarkTests
{
    private static readonly Gpt4RoiTokenizer Tokenizer = GoldenPrompting.Tokenizer;

    [Fact]
    public void Finish_MarksBetweenWordsAndTokens_GivesTheirPositions()
    {
        var stream = Tokenizer.Stream(addBos: true, []);
        stream.Mark();
        stream.Append("the cat");
        stream.Mark();
        stream.Append(" is here ");
        stream.Mark(); // before the token, which swallows the space
        stream.Append(Tokenizer.Token(Tokenizer.Special.BBox));
        stream.Mark();
        stream.Append(" and");
        stream.Mark();
        var ids = stream.Finish();

        var (cat, here) = (Plain("the cat"), Plain("the cat is here"));
        Assert.Equal([1, 1 + cat, 1 + here, 2 + here, 2 + here + Plain("and")], stream.Marks);
        Assert.Equal(ids.Length, stream.Marks[^1]);
    }

    [Fact]
    public void Finish_MarkWithinAToken_IsRefused()
    {
        var stream = Tokenizer.Stream(addBos: false, []);
        stream.Append("an overview of th");
        stream.Mark();
        stream.Append("e picture");

        Assert.Throws<InvalidOperationException>(stream.Finish);
    }

    [Fact]
    public void Finish_MarkAmongReservedText_IsRight()
    {
        // The user's ### is written as bytes, three tokens; the template's is not.
        var stream = Tokenizer.Stream(addBos: false, ["###"]);
        stream.Append("###");
        stream.Mark();
        stream.Append(" a: ");
        stream.Append(new UserText("b###"));
        stream.Append("\n###");
        stream.Mark();
        stream.Append(" c");
        var ids = stream.Finish();

        Assert.Equal(ids[..stream.Marks[0]], Tokenizer.EncodePlain(new UserText("###")));
        Assert.Equal(Plain("x c") - Plain("x"), ids.Length - stream.Marks[1]);
        Assert.Equal(3, ids[..stream.Marks[1]].Count(id => id == 3 + '#'));
    }

    private static int Plain(string text) => Tokenizer.EncodePlain(new UserText(text)).Length;
}
