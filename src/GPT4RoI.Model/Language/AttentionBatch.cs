namespace GPT4RoI.Model.Language;

/// <summary>
/// Which token of a flat batch belongs to which sequence, and where its keys and values go. Sequences lie one after the other; each brings any number of
/// new tokens (a prompt, a chunk of one, or a single token while decoding), the last ones of its context.
/// </summary>
public sealed record AttentionBatch
{
    /// <summary>First new token of each sequence, and the total: n + 1 entries, rising from 0.</summary>
    public required int[] QueryStarts { get; init; }

    /// <summary>Tokens that each sequence will have in the cache, its new ones included.</summary>
    public required int[] ContextLengths { get; init; }

    /// <summary>Position of each new token in its sequence, from 0; the rotary embedding's angle.</summary>
    public required int[] Positions { get; init; }

    /// <summary>Where each new token's keys and values are written: block · blockSize + offset.</summary>
    public required int[] SlotMapping { get; init; }

    /// <summary>Each sequence's blocks in order; entries beyond its context are ignored.</summary>
    public required int[][] BlockTables { get; init; }

    /// <summary>n.</summary>
    public int Sequences => ContextLengths.Length;

    /// <summary>New tokens of all sequences.</summary>
    public int Tokens => Positions.Length;

    /// <summary>New tokens of one sequence.</summary>
    public int QueryLength(int sequence) => QueryStarts[sequence + 1] - QueryStarts[sequence];

    /// <summary>Checks everything that a kernel relies on when it follows these numbers into memory.</summary>
    /// <exception cref="ArgumentException">Something does not fit; the message says what.</exception>
    public void Validate(int tokens, int maxPositions, KvCache cache)
    {
        Require(QueryStarts.Length == Sequences + 1 && BlockTables.Length == Sequences, "its arrays count different numbers of sequences");
        Require(Positions.Length == tokens && SlotMapping.Length == tokens, "its arrays count different numbers of tokens");
        Require(QueryStarts[0] == 0 && QueryStarts[^1] == tokens, "QueryStarts does not span the tokens");
        Require(Array.TrueForAll(Positions, position => position >= 0 && position < maxPositions), $"a position is not within 0..{maxPositions - 1}");
        Require(Array.TrueForAll(SlotMapping, slot => slot >= 0 && slot / cache.BlockSize < cache.Blocks), "a slot is not in the cache");
        for (var sequence = 0; sequence < Sequences; sequence++)
        {
            var blocks = (ContextLengths[sequence] + cache.BlockSize - 1) / cache.BlockSize;
            Require(QueryLength(sequence) > 0 && QueryLength(sequence) <= ContextLengths[sequence], "a sequence has no new token or more than its context");
            Require(BlockTables[sequence].Length >= blocks, "a block table is shorter than its context");
            Require(Array.TrueForAll(BlockTables[sequence], block => block >= 0 && block < cache.Blocks), "a block is not in the cache");
        }
    }

    private static void Require(bool condition, string fault)
    {
        if (!condition)
        {
            throw new ArgumentException($"The attention batch is not consistent: {fault}.");
        }
    }
}
