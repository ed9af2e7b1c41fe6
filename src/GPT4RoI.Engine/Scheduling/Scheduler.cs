namespace GPT4RoI.Engine.Scheduling;

/// <summary>
/// Decides what each step computes. There are no phases: every sequence has tokens and computed tokens, and each step lets the computed
/// ones catch up within the token budget, running sequences first, then waiting ones. Chunked prefill, prefix hits and decode are all
/// that one rule. When blocks run out the newest running sequence gives its own up and is recomputed later.
/// </summary>
/// <remarks>
/// While a sequence is unfinished, every step computes something: the oldest running sequence always fits alone, because a sequence that
/// might outgrow the pool or its tenant's share is refused before it gets here. Not thread-safe; owned by the step thread.
/// </remarks>
internal sealed class Scheduler(SchedulerOptions options)
{
    private readonly BlockManager _blocks = new(new BlockPool(options.Blocks, options.BlockSize), new TenantBlocks(options.TenantBlocks));
    private readonly FairQueue _queue = new();
    private readonly List<Sequence> _running = [];
    private long _step;

    /// <summary>Running sequences, in order of admission.</summary>
    public IReadOnlyList<Sequence> Running => _running;

    /// <summary>Waiting sequences.</summary>
    public FairQueue Queue => _queue;

    /// <summary>The pool, for observation.</summary>
    public BlockPool Pool => _blocks.Pool;

    /// <summary>Anything unfinished.</summary>
    public bool HasWork => _running.Count + _queue.Count > 0;

    /// <summary>Whether a sequence of this many tokens could ever run to its end. Its last token is never computed, so needs no slot.</summary>
    public static bool CanEverFit(SchedulerOptions options, int maxLength) =>
        (maxLength - 1 + options.BlockSize - 1) / options.BlockSize <= Math.Min(options.Blocks, options.TenantBlocks);

    /// <summary>Adds a new sequence to the queue.</summary>
    public void Add(Sequence sequence) => _queue.Enqueue(sequence);

    /// <summary>Chooses the next step's work and gives it blocks.</summary>
    public SchedulerOutput Schedule()
    {
        var scheduled = new List<ScheduledSequence>();
        var preempted = new List<Sequence>();
        var admitted = new List<Sequence>();
        var budget = options.MaxBatchedTokens;

        ScheduleRunning(scheduled, preempted, ref budget);
        // Whoever was preempted would be the first to be admitted, and there is no room for it.
        if (preempted.Count == 0)
            Admit(scheduled, admitted, ref budget);

        return new SchedulerOutput
        {
            Step = ++_step,
            Sequences = scheduled,
            TotalTokens = options.MaxBatchedTokens - budget,
            Admitted = admitted,
            Preempted = preempted,
        };
    }

    /// <summary>Records that a chunk was computed, and the token sampled after it if there was one.</summary>
    public void Update(ScheduledSequence scheduled, int? sampled)
    {
        var sequence = scheduled.Sequence;
        sequence.ComputedTokens = scheduled.End;
        _blocks.Publish(sequence);
        if (sampled is not { } token)
            return;
        sequence.Append(token);
        _queue.Charge(sequence.TenantId, ServiceCost.Output);
    }

    /// <summary>Ends a sequence wherever it is and takes its blocks back at once.</summary>
    /// <param name="sequence">Waiting or running.</param>
    /// <param name="forget">Its computation went wrong: nothing that it computed may be found by others.</param>
    public void Finish(Sequence sequence, bool forget = false)
    {
        if (sequence.Status == SequenceStatus.Waiting)
            _queue.Remove(sequence);
        else
            _running.Remove(sequence);
        _blocks.Free(sequence, forget);
        sequence.Status = SequenceStatus.Finished;
    }

    private void ScheduleRunning(List<ScheduledSequence> scheduled, List<Sequence> preempted, ref int budget)
    {
        // Victims are always newer than the sequence they make room for, or that sequence itself: indices before i stay.
        for (var i = 0; i < _running.Count && budget > 0; i++)
        {
            var sequence = _running[i];
            var count = Math.Min(sequence.Length - sequence.ComputedTokens, budget);
            if (!MakeRoom(sequence, sequence.ComputedTokens + count, preempted))
            {
                i--;
                continue;
            }
            scheduled.Add(Chunk(sequence, count));
            budget -= count;
        }
    }

    private static ScheduledSequence Chunk(Sequence sequence, int count) =>
        new(sequence, sequence.ComputedTokens, count, Samples: sequence.ComputedTokens + count == sequence.Length);

    private bool MakeRoom(Sequence sequence, int tokens, List<Sequence> preempted)
    {
        while (true)
        {
            var victim = _blocks.TryGrow(sequence, tokens) switch
            {
                Allocation.Granted => null,
                Allocation.PoolExhausted => _running[^1],
                _ => _running.FindLast(other => other.TenantId == sequence.TenantId),
            };
            if (victim is null)
                return true;
            Preempt(victim);
            preempted.Add(victim);
            if (victim == sequence)
                return false;
        }
    }

    private void Preempt(Sequence victim)
    {
        _running.Remove(victim);
        _blocks.Free(victim);
        victim.Status = SequenceStatus.Waiting;
        victim.Preemptions++;
        _queue.Requeue(victim);
    }

    private void Admit(List<ScheduledSequence> scheduled, List<Sequence> admitted, ref int budget)
    {
        var overQuota = new HashSet<string>();
        while (budget > 0 && _running.Count < options.MaxSequences && _queue.Next(overQuota) is { } sequence)
        {
            // One spare block per running sequence keeps an admission from being preempted by the next decode steps.
            var allocation = _blocks.TryAdmit(sequence, reserve: _running.Count);
            if (allocation == Allocation.PoolExhausted)
                return;
            if (allocation == Allocation.QuotaExceeded)
            {
                overQuota.Add(sequence.TenantId);
                continue;
            }

            var count = Math.Min(sequence.Length - sequence.ComputedTokens, budget);
            _blocks.TryGrow(sequence, sequence.ComputedTokens + count);
            ChargeInput(sequence);
            _queue.Remove(sequence);
            _running.Add(sequence);
            sequence.Status = SequenceStatus.Running;
            scheduled.Add(Chunk(sequence, count));
            admitted.Add(sequence);
            budget -= count;
        }
    }

    // Only once: that a preempted sequence is recomputed is the engine's doing, not its tenant's.
    private void ChargeInput(Sequence sequence)
    {
        if (sequence.CachedTokens is not null)
            return;
        var cached = sequence.ComputedTokens;
        sequence.CachedTokens = Math.Min(cached, sequence.PromptLength);
        _queue.Charge(sequence.TenantId, (cached * ServiceCost.CachedInput) + ((sequence.Length - cached) * ServiceCost.Input));
    }
}
