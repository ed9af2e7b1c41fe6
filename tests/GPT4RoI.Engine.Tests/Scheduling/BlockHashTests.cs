using CsCheck;
using GPT4RoI.Engine.Requests;
using GPT4RoI.Engine.Scheduling;

namespace GPT4RoI.Engine.Tests.Scheduling;

public sealed class BlockHashTests
{
    private static readonly ContentKey Salt = new(1, 2, 3, 4);
    private static readonly ContentKey Picture = new(5, 6, 7, 8);
    private static readonly int[] Tokens = [10, 11, 12, 13];

    [Fact]
    public void Compute_AnyFieldDiffers_HashesDiffer()
    {
        var parent = BlockHash.Compute(null, Salt, Tokens, 0, []);
        BlockHash[] hashes =
        [
            parent,
            BlockHash.Compute(null, Salt with { D = 5 }, Tokens, 0, []),
            BlockHash.Compute(parent, Salt, Tokens, 4, []),
            BlockHash.Compute(new BlockHash(Salt), Salt, Tokens, 4, []),
            BlockHash.Compute(null, Salt, [10, 11, 12, 14], 0, []),
            BlockHash.Compute(null, Salt, [10, 11, 12], 0, []),
            BlockHash.Compute(null, Salt, Tokens, 0, [Image(0, 4)]),
            BlockHash.Compute(null, Salt, Tokens, 0, [Image(1, 4)]),
            BlockHash.Compute(null, Salt, Tokens, 0, [Image(1, 2)]),
            BlockHash.Compute(null, Salt, Tokens, 0, [Image(0, 4) with { Key = Picture with { A = 6 } }]),
            BlockHash.Compute(null, Salt, Tokens, 0, [Image(0, 1)]),
            BlockHash.Compute(null, Salt, Tokens, 0, [Image(0, 1) with { Kind = SpanKind.Region }]),
            BlockHash.Compute(null, Salt, Tokens, 0, [Image(0, 1), Image(1, 1)]),
        ];

        Assert.Equal(hashes.Length, hashes.Distinct().Count());
    }

    [Fact]
    public void Compute_BlocksInsideOneImage_DependOnTheOffsetInIt()
    {
        var spans = new[] { Image(0, 8) };
        var parent = BlockHash.Compute(null, Salt, Tokens, 0, spans);

        Assert.NotEqual(
            BlockHash.Compute(parent, Salt, Tokens, 4, spans),
            BlockHash.Compute(parent, Salt, Tokens, 4, [Image(4, 4)]));
    }

    [Fact]
    public void Compute_SpansOutsideTheBlock_DoNotCount() =>
        Assert.Equal(
            BlockHash.Compute(null, Salt, Tokens, 0, []),
            BlockHash.Compute(null, Salt, Tokens, 0, [Image(4, 4)]));

    [Fact]
    public void Compute_SameInput_SameHash() =>
        Gen.Select(Gen.Int.Array[16], Gen.ULong).Sample((tokens, salt) =>
            BlockHash.Compute(null, Salt with { A = salt }, tokens, 0, []) == BlockHash.Compute(null, Salt with { A = salt }, [.. tokens], 0, []));

    [Fact]
    public void Compute_MoreSpansThanTheStackBufferHolds_StillCountsEachOne()
    {
        var tokens = Enumerable.Range(0, 64).ToArray();
        EmbeddingSpan[] spans = [.. tokens.Select(i => Image(i, 1))];
        EmbeddingSpan[] other = [.. spans[..63], Image(63, 1) with { Key = Salt }];

        Assert.NotEqual(BlockHash.Compute(null, Salt, tokens, 0, spans), BlockHash.Compute(null, Salt, tokens, 0, other));
    }

    private static EmbeddingSpan Image(int offset, int length) => new(offset, length, SpanKind.Image, Picture, ReadOnlyMemory<float>.Empty);
}
