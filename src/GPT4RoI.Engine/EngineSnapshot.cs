namespace GPT4RoI.Engine;

/// <summary>The engine as it was after its last step. Counts are since the start.</summary>
public sealed record EngineSnapshot
{
    /// <summary>Steps that computed something.</summary>
    public long Steps { get; init; }

    /// <summary>Sequences that hold blocks.</summary>
    public int Running { get; init; }

    /// <summary>Requests that wait for their first admission.</summary>
    public int Waiting { get; init; }

    /// <summary>Requests that wait to go on, after they lost their blocks.</summary>
    public int Preempted { get; init; }

    /// <summary>Tokens of the sequences that wait, preempted ones included.</summary>
    public long WaitingTokens { get; init; }

    /// <summary>Blocks of the KV cache.</summary>
    public int BlocksTotal { get; init; }

    /// <summary>Blocks that a sequence owns.</summary>
    public int BlocksUsed { get; init; }

    /// <summary>Blocks that nobody owns.</summary>
    public int BlocksFree => BlocksTotal - BlocksUsed;

    /// <summary>Blocks that a later prompt may find its prefix in, owned or free.</summary>
    public int BlocksCached { get; init; }

    /// <summary>Times a sequence lost its blocks.</summary>
    public long Preemptions { get; init; }

    /// <summary>Tokens of admitted prompts.</summary>
    public long PromptTokens { get; init; }

    /// <summary>Of these, tokens found in the prefix cache.</summary>
    public long PrefixHitTokens { get; init; }

    /// <summary>Tokens generated.</summary>
    public long OutputTokens { get; init; }

    /// <summary>Requests that ended as <see cref="Requests.FinishReason.Failed"/>.</summary>
    public long Failures { get; init; }

    /// <summary>Steps in a row in which not one sequence could be computed. A device that has gone away lets this grow.</summary>
    public int FaultedStepsInARow { get; init; }
}
