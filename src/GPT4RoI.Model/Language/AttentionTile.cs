using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using GPT4RoI.Model.Native;

namespace GPT4RoI.Model.Language;

/// <summary>Neighbouring query tokens of one sequence.</summary>
/// <param name="FirstToken">In the batch.</param>
/// <param name="Tokens">How many.</param>
/// <param name="Context">Cached tokens that the last of them sees; each one before it sees one less.</param>
/// <param name="BlockTable">The sequence's blocks.</param>
internal sealed record AttentionTile(int FirstToken, int Tokens, int Context, int[] BlockTable);

/// <summary>Queries and results in memory, [tokens, heads, headDim]. A tile's rows are its tokens × the query heads that share a key head.</summary>
internal readonly unsafe struct AttentionRows(float* queries, float* results, int heads, int keyHeads, int headDim)
{
    /// <summary>Query heads per key head.</summary>
    public int Group => heads / keyHeads;

    public float* Query(AttentionTile tile, int keyHead, int row) => queries + Offset(tile, keyHead, row);

    public float* Result(AttentionTile tile, int keyHead, int row) => results + Offset(tile, keyHead, row);

    private long Offset(AttentionTile tile, int keyHead, int row) =>
        ((long)(tile.FirstToken + row / Group) * heads + keyHead * Group + row % Group) * headDim;
}

/// <summary>One layer's keys and values in memory, [blocks, blockSize, heads, headDim].</summary>
internal readonly unsafe struct KvPages
{
    private const int CacheLine = 64;

    private readonly float* _keys, _values;
    private readonly int _heads;

    public KvPages(KvCache cache, int layer)
    {
        (BlockSize, HeadDim, _heads) = (cache.BlockSize, cache.HeadDim, cache.KeyValueHeads);
        _keys = TensorMemory.Float32(cache.Keys(layer));
        _values = TensorMemory.Float32(cache.Values(layer));
    }

    public int BlockSize { get; }

    public int HeadDim { get; }

    /// <summary>Floats from a token to the next in the same block.</summary>
    public int TokenStride => _heads * HeadDim;

    public float* Keys(int block, int head) => _keys + (long)block * BlockSize * TokenStride + head * HeadDim;

    public float* Values(int block, int head) => _values + (long)block * BlockSize * TokenStride + head * HeadDim;

    /// <summary>
    /// Asks for one block's rows of some heads ahead of their use. Blocks lie anywhere, so the processor cannot guess the next one; with small models, whose
    /// blocks are a few pages, this makes decoding up to twice as fast (measured at head width 32).
    /// </summary>
    public void Prefetch(float* first, int heads)
    {
        if (Sse.IsSupported)
        {
            for (var token = 0; token < BlockSize; token++)
            {
                for (var lane = 0; lane < heads * HeadDim; lane += CacheLine / sizeof(float))
                {
                    Sse.Prefetch0(first + token * TokenStride + lane);
                }
            }
        }
    }

    /// <summary>Copies new tokens, [tokens, heads, headDim], to their slots.</summary>
    public void Write(float* keys, float* values, int[] slots)
    {
        var bytes = (uint)(TokenStride * sizeof(float));
        for (var token = 0; token < slots.Length; token++)
        {
            Unsafe.CopyBlock(_keys + (long)slots[token] * TokenStride, keys + (long)token * TokenStride, bytes);
            Unsafe.CopyBlock(_values + (long)slots[token] * TokenStride, values + (long)token * TokenStride, bytes);
        }
    }
}
