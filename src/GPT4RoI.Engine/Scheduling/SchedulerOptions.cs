namespace GPT4RoI.Engine.Scheduling;

/// <summary>The scheduler's limits, as integers; derived from <see cref="LlmEngineOptions"/>.</summary>
/// <param name="MaxSequences">Sequences running at once.</param>
/// <param name="MaxBatchedTokens">Tokens computed in one step; at least <paramref name="MaxSequences"/>.</param>
/// <param name="MaxModelLength">Prompt and output tokens of one sequence.</param>
/// <param name="Blocks">Blocks of the KV cache.</param>
/// <param name="BlockSize">Tokens per block.</param>
/// <param name="TenantBlocks">Blocks that one tenant's sequences may hold together.</param>
internal sealed record SchedulerOptions(
    int MaxSequences, int MaxBatchedTokens, int MaxModelLength, int Blocks, int BlockSize, int TenantBlocks);
