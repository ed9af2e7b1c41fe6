using GPT4RoI.Model.Native;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Language;

/// <summary>
/// Paged attention in C# for float32 on the CPU: walks the block tables in place, without gathering keys or values. An item of work is a tile, some
/// neighbouring query tokens of one sequence, times a range of key heads: prefills reuse each key for all rows of a tile, decodes (one token per tile)
/// read all heads of a block at once, as they lie in memory.
/// </summary>
/// <param name="threads">Threads at most.</param>
public sealed unsafe class CpuPagedAttention(int threads) : IPagedAttention
{
    // Query rows of a tile and of an item: enough to reuse what is read, few enough that their scores stay in the second-level cache.
    private const int TileRows = 64, ItemRows = 64;

    // Items per thread, so that sequences of different lengths even out.
    private const int Balance = 2;

    // Multiplications below which a second thread costs more than it saves.
    private const long ParallelWork = 1 << 18;

    private readonly ParallelOptions _parallel = new() { MaxDegreeOfParallelism = threads };

    /// <inheritdoc/>
    public Tensor Forward(Tensor query, Tensor key, Tensor value, int layer, AttentionBatch batch, KvCache cache)
    {
        using var scope = NewDisposeScope();
        var heads = (int)query.shape[1];
        var result = empty(query.shape, ScalarType.Float32); // [tokens, heads, headDim]
        var pages = new KvPages(cache, layer);
        pages.Write(TensorMemory.Float32(key.contiguous()), TensorMemory.Float32(value.contiguous()), batch.SlotMapping);
        var rows = new AttentionRows(TensorMemory.Float32(query.contiguous()), TensorMemory.Float32(result), heads, cache.KeyValueHeads, cache.HeadDim);
        var tiles = Tiles(batch, Math.Max(1, TileRows / rows.Group));
        var headsPerItem = HeadsPerItem(tiles, rows.Group, cache.KeyValueHeads);
        var ranges = (cache.KeyValueHeads + headsPerItem - 1) / headsPerItem;
        var work = tiles.Sum(tile => (long)tile.Tokens * tile.Context) * heads * cache.HeadDim;
        if (threads == 1 || work < ParallelWork)
        {
            for (var item = 0; item < tiles.Count * ranges; item++)
            {
                Run(item);
            }
        }
        else
        {
            Parallel.For(0, tiles.Count * ranges, _parallel, Run);
        }
        return result.MoveToOuterDisposeScope();

        void Run(int item)
        {
            var first = item % ranges * headsPerItem;
            AttentionTileKernel.Run(tiles[item / ranges], first, Math.Min(headsPerItem, cache.KeyValueHeads - first), rows, pages);
        }
    }

    private int HeadsPerItem(List<AttentionTile> tiles, int group, int keyHeads)
    {
        var wanted = (Balance * threads + tiles.Count - 1) / tiles.Count; // ranges of heads
        return Math.Clamp(Math.Min(ItemRows / (tiles.Max(tile => tile.Tokens) * group), keyHeads / wanted), 1, keyHeads);
    }

    private static List<AttentionTile> Tiles(AttentionBatch batch, int tokens)
    {
        var tiles = new List<AttentionTile>(batch.Sequences);
        for (var sequence = 0; sequence < batch.Sequences; sequence++)
        {
            var (start, length) = (batch.QueryStarts[sequence], batch.QueryLength(sequence));
            for (var first = 0; first < length; first += tokens)
            {
                var count = Math.Min(tokens, length - first);
                tiles.Add(new(start + first, count, batch.ContextLengths[sequence] - length + first + count, batch.BlockTables[sequence]));
            }
        }
        return tiles;
    }
}
