namespace GPT4RoI.Engine.Scheduling;

/// <summary>Whether a sequence got the blocks it needs.</summary>
internal enum Allocation
{
    /// <summary>It has them.</summary>
    Granted,

    /// <summary>The pool has not enough free blocks.</summary>
    PoolExhausted,

    /// <summary>Its tenant would hold more than its share.</summary>
    QuotaExceeded,
}

/// <summary>Gives sequences their blocks, finds cached prefixes, and takes everything back.</summary>
internal sealed class BlockManager(BlockPool pool, TenantBlocks tenants)
{
    /// <summary>The pool.</summary>
    public BlockPool Pool => pool;

    /// <summary>Blocks that one sequence may ever hold.</summary>
    public int LargestSequence => Math.Min(pool.Total, tenants.Quota);

    /// <summary>Blocks that hold this many tokens.</summary>
    public int BlocksFor(int tokens) => (tokens + pool.BlockSize - 1) / pool.BlockSize;

    /// <summary>
    /// Gives a waiting sequence the cached blocks of its prefix, if all the rest of it would fit as well with
    /// <paramref name="reserve"/> blocks to spare; the rest is allocated chunk by chunk through <see cref="TryGrow"/>.
    /// At least the last token is always left to compute: its logits are what the next token is sampled from.
    /// </summary>
    public Allocation TryAdmit(Sequence sequence, int reserve)
    {
        Span<int> hits = new int[(sequence.Length - 1) / pool.BlockSize];
        hits = hits[..FindPrefix(sequence, hits)];

        var (takenFromFree, newToTenant) = (0, 0);
        foreach (var block in hits)
        {
            takenFromFree += pool.Owners(block) == 0 ? 1 : 0;
            newToTenant += tenants.Holds(sequence.TenantId, block) ? 0 : 1;
        }
        var fresh = BlocksFor(sequence.Length) - hits.Length;
        if (tenants.Held(sequence.TenantId) + newToTenant + fresh > tenants.Quota)
            return Allocation.QuotaExceeded;
        if (takenFromFree + fresh + reserve > pool.Free)
            return Allocation.PoolExhausted;

        foreach (var block in hits)
        {
            pool.Share(block);
            Hold(sequence, block);
        }
        sequence.PublishedBlocks = hits.Length;
        sequence.ComputedTokens = hits.Length * pool.BlockSize;
        return Allocation.Granted;
    }

    /// <summary>Extends a running sequence's table to hold <paramref name="tokens"/> tokens; all blocks or none.</summary>
    public Allocation TryGrow(Sequence sequence, int tokens)
    {
        var fresh = BlocksFor(tokens) - sequence.Blocks.Count;
        if (fresh <= 0)
            return Allocation.Granted;
        if (tenants.Held(sequence.TenantId) + fresh > tenants.Quota)
            return Allocation.QuotaExceeded;
        if (fresh > pool.Free)
            return Allocation.PoolExhausted;
        for (; fresh > 0 && pool.TryAllocate(out var block); fresh--)
            Hold(sequence, block);
        return Allocation.Granted;
    }

    /// <summary>Makes the blocks that are full and computed by now findable.</summary>
    public void Publish(Sequence sequence)
    {
        var full = sequence.ComputedTokens / pool.BlockSize;
        for (var i = sequence.PublishedBlocks; i < full; i++)
            pool.Publish(sequence.Blocks[i], sequence.HashOf(i, pool.BlockSize), TokensOf(sequence, i));
        sequence.PublishedBlocks = full;
    }

    /// <summary>Takes all blocks back. With <paramref name="forget"/> nothing of their content can be found any more.</summary>
    public void Free(Sequence sequence, bool forget = false)
    {
        // The end of a prefix is of use to fewer sequences than its beginning: released first, it is reused first.
        var blocks = sequence.Blocks.AsSpan();
        for (var i = blocks.Length - 1; i >= 0; i--)
        {
            if (forget)
                pool.Forget(blocks[i]);
            pool.Release(blocks[i]);
            tenants.Remove(sequence.TenantId, blocks[i]);
        }
        sequence.Blocks.Clear();
        sequence.PublishedBlocks = 0;
        sequence.ComputedTokens = 0;
    }

    private int FindPrefix(Sequence sequence, Span<int> hits)
    {
        var count = 0;
        while (count < hits.Length
            && pool.TryFind(sequence.HashOf(count, pool.BlockSize), TokensOf(sequence, count), out hits[count]))
            count++;
        return count;
    }

    private ReadOnlySpan<int> TokensOf(Sequence sequence, int block) =>
        sequence.Tokens.Slice(block * pool.BlockSize, pool.BlockSize);

    private void Hold(Sequence sequence, int block)
    {
        sequence.Blocks.Add(block);
        tenants.Add(sequence.TenantId, block);
    }
}
