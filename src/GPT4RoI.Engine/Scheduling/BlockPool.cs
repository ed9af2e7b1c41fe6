namespace GPT4RoI.Engine.Scheduling;

/// <summary>
/// Every block of the KV cache by number: how many sequences own it, and under which hash its content can be found again. A published
/// block keeps its content while free and loses it only when it is allocated anew. Knows numbers only, no tensors.
/// </summary>
/// <remarks>Invariant: a block is in the free list exactly when nobody owns it, so <c>Free + Used == Total</c> always.</remarks>
internal sealed class BlockPool
{
    private readonly int[] _owners;
    private readonly BlockHash?[] _hashes;
    private readonly int[] _tokens;
    private readonly FreeList _free;
    private readonly Dictionary<BlockHash, int> _published = [];

    /// <summary>A pool of free, empty blocks.</summary>
    public BlockPool(int blocks, int blockSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blocks);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blockSize);
        BlockSize = blockSize;
        Total = blocks;
        _owners = new int[blocks];
        _hashes = new BlockHash?[blocks];
        _tokens = new int[blocks * blockSize];
        _free = new FreeList(blocks);
    }

    /// <summary>Tokens per block.</summary>
    public int BlockSize { get; }

    /// <summary>Blocks altogether.</summary>
    public int Total { get; }

    /// <summary>Blocks that nobody owns; published ones among them.</summary>
    public int Free => _free.Count;

    /// <summary>Blocks with at least one owner.</summary>
    public int Used => Total - Free;

    /// <summary>Blocks that a prefix can be found in, owned or free.</summary>
    public int Cached => _published.Count;

    /// <summary>Owners of a block.</summary>
    public int Owners(int block) => _owners[block];

    /// <summary>A block for one new owner, its old content forgotten; false when none is free.</summary>
    public bool TryAllocate(out int block)
    {
        block = -1;
        if (_free.Count == 0)
            return false;
        block = _free.First;
        _free.Remove(block);
        Forget(block);
        _owners[block] = 1;
        return true;
    }

    /// <summary>One more owner for a block found by <see cref="TryFind"/>.</summary>
    public void Share(int block)
    {
        if (_owners[block]++ == 0)
            _free.Remove(block);
    }

    /// <summary>One owner less. The last one's leaving makes it the most recently used free block.</summary>
    public void Release(int block)
    {
        if (_owners[block] == 0)
            throw new InvalidOperationException($"Block {block} has no owner to release it.");
        if (--_owners[block] == 0)
            _free.Append(block);
    }

    /// <summary>Makes a full, computed block findable. Does nothing where another block already holds the same content.</summary>
    public void Publish(int block, BlockHash hash, ReadOnlySpan<int> tokens)
    {
        if (_hashes[block] is not null || !_published.TryAdd(hash, block))
            return;
        _hashes[block] = hash;
        tokens.CopyTo(TokensOf(block));
    }

    /// <summary>The block with this content. The token ids are compared too, so that not even a broken hash mixes up two prompts.</summary>
    public bool TryFind(BlockHash hash, ReadOnlySpan<int> tokens, out int block) =>
        _published.TryGetValue(hash, out block) && tokens.SequenceEqual(TokensOf(block));

    /// <summary>Makes a block's content unfindable; its owners keep it.</summary>
    public void Forget(int block)
    {
        if (_hashes[block] is not { } hash)
            return;
        _published.Remove(hash);
        _hashes[block] = null;
    }

    private Span<int> TokensOf(int block) => _tokens.AsSpan(block * BlockSize, BlockSize);
}
