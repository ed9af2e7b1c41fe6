namespace GPT4RoI.Engine.Scheduling;

/// <summary>The scheduler's limits, as integers; derived from <see cref="LlmEngineOptions"/>.</summary>
/// <param name="MaxSequences">Sequences running at once.</param>
/// <param name="MaxBatchedTokens">Tokens computed in one step; at least <paramref name="MaxSequences"/>.</param>
/// <param name="MaxModelLength">Prompt and output tokens of one sequence.</param>
/// <param name="Blocks">Blocks of the KV cache.</param>
/// <param name="BlockSize">Tokens per block.</param>
/// <param name="TenantBlocks">Blocks that one tenant's sequences may hold together.</param>
internal sealed record SchedulerOptions(
    int MaxSequences, int MaxBatchedTokens, int MaxModelLength, int Blocks, int BlockSize, int TenantBlocks)
{
    /// <summary>The engine's options, for a device with this many blocks and a model with this many positions.</summary>
    public static SchedulerOptions From(LlmEngineOptions options, int maxPositions, int blocks, int blockSize) => new(
        options.MaxSequences,
        options.MaxBatchedTokens,
        Math.Min(options.MaxModelLength, maxPositions),
        blocks,
        blockSize,
        Math.Max(1, (int)(blocks * options.TenantKvShare)));
}
