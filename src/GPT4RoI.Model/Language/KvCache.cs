using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Language;

/// <summary>
/// The memory of paged attention (Kwon et al., PagedAttention): per layer, keys and values in blocks of equal size, allocated once. Which sequence owns
/// which block is not known here.
/// </summary>
public sealed class KvCache : IDisposable
{
    private readonly Tensor[] _keys, _values;

    /// <param name="config">Sizes.</param>
    /// <param name="blocks">Blocks per layer.</param>
    /// <param name="blockSize">Tokens per block.</param>
    /// <param name="placement">Device and dtype; the model's.</param>
    public KvCache(LlamaConfig config, int blocks, int blockSize, ModelPlacement placement)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blocks);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blockSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)blocks * blockSize, int.MaxValue, nameof(blocks)); // slots are ints
        (Layers, Blocks, BlockSize, KeyValueHeads, HeadDim) = (config.Layers, blocks, blockSize, config.KeyValueHeads, config.HeadDim);
        _keys = Allocate(placement);
        _values = Allocate(placement);
    }

    /// <summary>Layers of the model.</summary>
    public int Layers { get; }

    /// <summary>Blocks per layer.</summary>
    public int Blocks { get; }

    /// <summary>Tokens per block.</summary>
    public int BlockSize { get; }

    /// <summary>Key and value heads.</summary>
    public int KeyValueHeads { get; }

    /// <summary>Width of a head.</summary>
    public int HeadDim { get; }

    /// <summary>Bytes that one block takes, keys and values of all layers together.</summary>
    public static long BytesPerBlock(LlamaConfig config, int blockSize, ScalarType dtype) =>
        2L * config.Layers * blockSize * config.KeyValueHeads * config.HeadDim * Dtypes.ElementSize(dtype);

    /// <summary>A layer's keys, [blocks, blockSize, keyValueHeads, headDim]; owned by the cache.</summary>
    public Tensor Keys(int layer) => _keys[layer];

    /// <summary>A layer's values, [blocks, blockSize, keyValueHeads, headDim]; owned by the cache.</summary>
    public Tensor Values(int layer) => _values[layer];

    // Zeros, not uninitialised memory: padding is read with weight 0, and 0 · NaN would spread.
    private Tensor[] Allocate(ModelPlacement placement) =>
        [.. Enumerable.Range(0, Layers).Select(_ =>
            zeros([Blocks, BlockSize, KeyValueHeads, HeadDim], placement.Dtype, placement.Device).DetachFromDisposeScope())];

    public void Dispose()
    {
        Array.ForEach(_keys, keys => keys.Dispose());
        Array.ForEach(_values, values => values.Dispose());
    }
}
