using GPT4RoI.Engine.Scheduling;

namespace GPT4RoI.Engine.Execution;

/// <summary>What the engine counts. Written by the step thread; others see copies.</summary>
internal sealed class EngineCounters
{
    private long _steps;
    private long _preemptions;
    private long _promptTokens;
    private long _prefixHitTokens;
    private int _faultedStepsInARow;

    /// <summary>Tokens generated.</summary>
    public long OutputTokens { get; set; }

    /// <summary>Requests failed.</summary>
    public long Failures { get; set; }

    /// <summary>Counts a step.</summary>
    public void CountStep(SchedulerOutput output, bool anyComputed)
    {
        _steps++;
        _preemptions += output.Preempted.Count;
        _faultedStepsInARow = anyComputed ? 0 : _faultedStepsInARow + 1;
    }

    /// <summary>Counts a sequence's first admission.</summary>
    public void CountPrompt(Sequence sequence)
    {
        _promptTokens += sequence.PromptLength;
        _prefixHitTokens += sequence.CachedTokens ?? 0;
    }

    /// <summary>A copy, with the scheduler's state.</summary>
    public EngineSnapshot Take(Scheduler scheduler) => new()
    {
        Steps = _steps,
        Running = scheduler.Running.Count,
        Waiting = scheduler.Queue.Count - scheduler.Queue.Preempted,
        Preempted = scheduler.Queue.Preempted,
        WaitingTokens = scheduler.Queue.Tokens,
        BlocksTotal = scheduler.Pool.Total,
        BlocksUsed = scheduler.Pool.Used,
        BlocksCached = scheduler.Pool.Cached,
        Preemptions = _preemptions,
        PromptTokens = _promptTokens,
        PrefixHitTokens = _prefixHitTokens,
        OutputTokens = OutputTokens,
        Failures = Failures,
        FaultedStepsInARow = _faultedStepsInARow,
    };
}
