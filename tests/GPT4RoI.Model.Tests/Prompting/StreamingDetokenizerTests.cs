using CsCheck;
using GPT4RoI.Model.Prompting;

namespace GPT4RoI.Model.Tests.Prompting;

public sealed class StreamingDetokenizerTests
{
    private static readonly Gpt4RoiTokenizer Tokenizer = GoldenPrompting.Tokenizer;

    // Bytes of every UTF-8 length, and the pieces that the clean-up rules rewrite, come up often enough to meet each other.
    private static readonly int[] Tricky =
    [
        .. Tokenizer.EncodePlain(new UserText("é漢🐱 . ? ! , ' n't 'm 's 've 're ' '  .#")), Tokenizer.Special.BBox, Tokenizer.Special.Eos, Tokenizer.Special.Bos, 0xF0 + 3, 0x80 + 3, 0xE6 + 3, 9999,
    ];

    private static readonly Gen<int[]> Ids = Gen.OneOf(Gen.Int[0, 570], Gen.Int[0, Tricky.Length - 1].Select(index => Tricky[index])).Array[0, 60];

    [Fact]
    public void Append_AnyIds_AddsUpToDecode() => Ids.Sample(ids =>
    {
        var deltas = Stream(ids);

        Assert.Equal(Tokenizer.Decode(ids, skipSpecial: true), string.Concat(deltas));
    }, iter: 20_000);

    [Fact]
    public void Append_AnyIds_NeverSplitsASurrogatePair() => Ids.Sample(
        ids => Assert.All(Stream(ids), delta => Assert.True(delta.Length == 0 || !(char.IsLowSurrogate(delta[0]) || char.IsHighSurrogate(delta[^1])))),
        iter: 2_000);

    [Fact]
    public void Append_RecordedIds_AddsUpToTheAuthorsText()
    {
        foreach (var vector in GoldenPrompting.TokenizerVectors.GetProperty("decode").EnumerateArray())
        {
            Assert.Equal(vector.Text("decode_skip_special"), string.Concat(Stream(vector.Ids("ids"))));
        }

        foreach (var vector in GoldenPrompting.TokenizerVectors.GetProperty("encode").EnumerateArray())
        {
            Assert.Equal(vector.Text("decode_skip_special"), string.Concat(Stream(vector.Ids("input_ids"))));
        }
    }

    [Fact]
    public void Append_HalfACharacter_WaitsForTheRest()
    {
        var ids = Tokenizer.EncodePlain(new UserText("a🐱"));

        Assert.Equal([" a", "", "", "", "🐱"], Stream(ids)[..^1]);
    }

    [Fact]
    public void Append_PlainWords_IsHeldBackByOneSpaceAtMost()
    {
        var detokenizer = Tokenizer.CreateDetokenizer();
        var ids = Tokenizer.EncodePlain(new UserText("The cat is next to the dog"));
        var seen = "";
        foreach (var (index, id) in ids.Index())
        {
            seen += detokenizer.Append(id);
            Assert.Equal(Tokenizer.Decode(ids[..(index + 1)], skipSpecial: true).TrimEnd(), seen);
        }
    }

    private static List<string> Stream(IEnumerable<int> ids)
    {
        var detokenizer = Tokenizer.CreateDetokenizer();
        return [.. ids.Select(detokenizer.Append), detokenizer.Flush()];
    }
}
