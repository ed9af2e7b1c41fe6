namespace GPT4RoI.Engine.Scheduling;

/// <summary>One step's work: all that a model runner needs to know.</summary>
internal sealed record SchedulerOutput
{
    /// <summary>Number of the step, counting from 1.</summary>
    public required long Step { get; init; }

    /// <summary>What to compute, at least one token of each. Their blocks hold every token up to the chunk's end.</summary>
    public required IReadOnlyList<ScheduledSequence> Sequences { get; init; }

    /// <summary>Sum of all chunks; at most the budget.</summary>
    public required int TotalTokens { get; init; }

    /// <summary>Sequences that left the queue in this step, for the first time or again after a preemption.</summary>
    public required IReadOnlyList<Sequence> Admitted { get; init; }

    /// <summary>Sequences that lost their blocks in this step. They compute nothing and wait again.</summary>
    public required IReadOnlyList<Sequence> Preempted { get; init; }

    /// <summary>Nothing to compute.</summary>
    public bool IsEmpty => Sequences.Count == 0;

    /// <summary>The same step for one of its sequences alone.</summary>
    public SchedulerOutput Only(ScheduledSequence scheduled) =>
        this with { Sequences = [scheduled], TotalTokens = scheduled.Count, Admitted = [], Preempted = [] };
}

/// <summary>A chunk of one sequence: the positions <c>Start .. Start + Count</c>.</summary>
/// <param name="Sequence">Whose.</param>
/// <param name="Start">Tokens computed before the step.</param>
/// <param name="Count">Tokens to compute.</param>
/// <param name="Samples">The chunk reaches the sequence's end: its last row's logits choose the next token.</param>
internal readonly record struct ScheduledSequence(Sequence Sequence, int Start, int Count, bool Samples)
{
    /// <summary>Position after the chunk: the context length that its last token attends to.</summary>
    public int End => Start + Count;
}
