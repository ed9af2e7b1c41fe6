using System.Text.Json;
using GPT4RoI.Model.Prompting;
using GPT4RoI.Model.Weights;

namespace GPT4RoI.Model.Tests.Prompting;

public sealed class Gpt4RoiTokenizerTests
{
    private static readonly Gpt4RoiTokenizer Tokenizer = GoldenPrompting.Tokenizer;

    public static TheoryData<string> Encodings() => [.. Vectors("encode").Select(vector => vector.GetRawText())];

    public static TheoryData<string> Decodings() => [.. Vectors("decode").Select(vector => vector.GetRawText())];

    [Theory]
    [MemberData(nameof(Encodings))]
    public void EncodeLiteral_RecordedText_GivesTheAuthorsIds(string vector)
    {
        var expected = JsonDocument.Parse(vector).RootElement;

        Assert.Equal(expected.Ids("input_ids"), Tokenizer.EncodeLiteral(new LiteralText(expected.Text("text")), addBos: true));
        Assert.Equal(expected.Ids("input_ids")[1..], Tokenizer.EncodeLiteral(new LiteralText(expected.Text("text")), addBos: false));
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void EncodePlain_RecordedText_GivesSentencePiecesIds(string vector)
    {
        var expected = JsonDocument.Parse(vector).RootElement;

        Assert.Equal(expected.Ids("sp_ids"), Tokenizer.EncodePlain(new UserText(expected.Text("text"))));
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Decode_EncodedText_GivesTheAuthorsText(string vector)
    {
        var expected = JsonDocument.Parse(vector).RootElement;
        var ids = expected.Ids("input_ids");

        Assert.Equal(expected.Text("decode"), Tokenizer.Decode(ids, skipSpecial: false));
        Assert.Equal(expected.Text("decode_skip_special"), Tokenizer.Decode(ids, skipSpecial: true));
        Assert.Equal(expected.Text("decode_skip_special_no_bos"), Tokenizer.Decode(ids[1..], skipSpecial: true));
    }

    [Theory]
    [MemberData(nameof(Decodings))]
    public void Decode_RecordedIds_GivesTheAuthorsText(string vector)
    {
        var expected = JsonDocument.Parse(vector).RootElement;
        var ids = expected.Ids("ids");

        Assert.Equal(expected.Text("decode"), Tokenizer.Decode(ids, skipSpecial: false));
        Assert.Equal(expected.Text("decode_skip_special"), Tokenizer.Decode(ids, skipSpecial: true));
    }

    [Fact]
    public void Special_RecordedCheckpoint_HasItsIds()
    {
        var meta = GoldenPrompting.TokenizerVectors.GetProperty("meta");
        var added = meta.GetProperty("added_tokens");
        int Id(string name) => added.GetProperty(name).GetInt32();

        var expected = new SpecialTokens(
            meta.GetProperty("bos").GetInt32(), meta.GetProperty("eos").GetInt32(), meta.GetProperty("unk").GetInt32(), meta.GetProperty("pad").GetInt32(),
            Id("<im_patch>"), Id("<bbox>"), Id("<point>"), Id("<im_start>"), Id("<im_end>"));

        Assert.Equal(expected, Tokenizer.Special);
        Assert.Equal(meta.GetProperty("model_max_length").GetInt32(), Tokenizer.ModelMaxLength);
    }

    [Fact]
    public void Decode_IdsBeyondTheVocabulary_LeavesThemOut() =>
        Assert.Equal(Tokenizer.Decode([300, 301], skipSpecial: true), Tokenizer.Decode([300, 9999, -1, 301], skipSpecial: true));

    [Fact]
    public void EncodePlain_LoneSurrogate_BecomesTheReplacementCharacter() =>
        Assert.Equal(" a\uFFFDb", Tokenizer.Decode(Tokenizer.EncodePlain(new UserText("a\uD800b")), skipSpecial: true));

    [Fact]
    public void Load_NoAddedTokens_ListsWhatIsMissing()
    {
        var exception = Assert.Throws<WeightsException>(() => Gpt4RoiTokenizer.Load(Golden.File("delta", "base")));

        Assert.Equal(4, exception.Faults.Count);
        Assert.All(new[] { "<im_patch>", "<bbox>", "<im_start>", "<im_end>" }, name => Assert.Contains(name, exception.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Load_NoFolder_IsAClearError() =>
        Assert.Throws<WeightsException>(() => Gpt4RoiTokenizer.Load(Golden.File("no", "such", "folder")));

    private static JsonElement.ArrayEnumerator Vectors(string kind) => GoldenPrompting.TokenizerVectors.GetProperty(kind).EnumerateArray();
}
