using GPT4RoI.Model.Language;

namespace GPT4RoI.Model.Tests.Language;

public sealed class AttentionBatchTests
{
    private static readonly AttentionBatch Good = new()
    {
        QueryStarts = [0, 1, 4],
        ContextLengths = [6, 3],
        Positions = [5, 0, 1, 2],
        SlotMapping = [5, 8, 9, 10],
        BlockTables = [[0, 1], [2]],
    };

    public static TheoryData<string, AttentionBatch> Faulty => new()
    {
        { "numbers of sequences", Good with { BlockTables = [[0, 1]] } },
        { "numbers of sequences", Good with { QueryStarts = [0, 4] } },
        { "numbers of tokens", Good with { Positions = [5, 0, 1] } },
        { "numbers of tokens", Good with { SlotMapping = [5, 8, 9, 10, 11] } },
        { "QueryStarts", Good with { QueryStarts = [0, 1, 3] } },
        { "position", Good with { Positions = [5, 0, 1, 64] } },
        { "position", Good with { Positions = [-1, 0, 1, 2] } },
        { "slot", Good with { SlotMapping = [5, 8, 9, 12] } },
        { "slot", Good with { SlotMapping = [-1, 8, 9, 10] } },
        { "new token", Good with { QueryStarts = [0, 0, 4] } },
        { "new token", Good with { ContextLengths = [6, 2] } },
        { "shorter", Good with { BlockTables = [[0], [2]] } },
        { "a block is", Good with { BlockTables = [[0, 3], [2]] } },
        { "a block is", Good with { BlockTables = [[0, -1], [2]] } },
    };

    [Fact]
    public void Validate_Consistent_Passes()
    {
        using var cache = Cache();

        Good.Validate(tokens: 4, maxPositions: 64, cache);
    }

    [Theory]
    [MemberData(nameof(Faulty))]
    public void Validate_Inconsistent_SaysWhat(string fault, AttentionBatch batch)
    {
        using var cache = Cache();

        Assert.Contains(fault, Assert.Throws<ArgumentException>(() => batch.Validate(4, 64, cache)).Message);
    }

    [Fact]
    public void BytesPerBlock_IsWhatTheCacheTakes()
    {
        var config = new LlamaConfig(24, 8, 3, 6, 2, 8, 64, 1e-6f, 10000);
        using var cache = new KvCache(config, 5, 7, ModelPlacement.Cpu);
        var taken = Enumerable.Range(0, 3).Sum(layer => cache.Keys(layer).numel() + cache.Values(layer).numel()) * sizeof(float);

        Assert.Equal(taken, 5 * KvCache.BytesPerBlock(config, 7, TorchSharp.torch.ScalarType.Float32));
    }

    private static KvCache Cache() => new(new(8, 8, 1, 1, 1, 8, 64, 1e-6f, 10000), blocks: 3, blockSize: 4, ModelPlacement.Cpu);
}
