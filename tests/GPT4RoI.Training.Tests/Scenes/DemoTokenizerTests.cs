using GPT4RoI.Model.Prompting;

namespace GPT4RoI.Training.Tests.Scenes;

public sealed class DemoTokenizerTests
{
    private const int FirstByte = 3;
    private const int LastByte = 258;

    private static readonly Gpt4RoiTokenizer Tokenizer = Gpt4RoiTokenizer.Load(DemoFiles.Folder);

    [Fact]
    public void EncodePlain_PrintableAscii_NeedsNoBytesAndComesBack()
    {
        var text = string.Join(' ', Enumerable.Range('!', '~' - '!' + 1).Select(code => (char)code));
        var ids = Tokenizer.EncodePlain(new UserText(text));
        Assert.All(ids, id => Assert.False(id is 0 or (>= FirstByte and <= LastByte)));
        Assert.Equal(text.Replace(" ", ""), Tokenizer.Decode(ids, skipSpecial: true).Replace(" ", "")); // decoding drops spaces before punctuation
    }

    [Fact]
    public void EncodePlain_EveryClass_IsFewPieces()
    {
        var lengths = DemoFiles.Classes.Items.Select(item => Tokenizer.EncodePlain(new UserText(item.OneOf)).Length).ToArray();
        Assert.InRange(lengths.Average(), 2, 3);
        Assert.InRange(lengths.Max(), 2, 10);
    }

    [Fact]
    public void Special_AddedTokens_FollowTheVocabulary()
    {
        var special = Tokenizer.Special;
        Assert.Equal((1, 2), (special.Bos, special.Eos));
        Assert.Equal((1401, 1402, 1404, 1405), (special.ImagePatch, special.BBox, special.ImageStart, special.ImageEnd));
    }
}
