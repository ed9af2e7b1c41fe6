using GPT4RoI.Engine.Execution.Sampling;
using GPT4RoI.Engine.Requests;
using GPT4RoI.Engine.Scheduling;
using Microsoft.Extensions.Logging;

namespace GPT4RoI.Engine.Execution;

/// <summary>
/// The engine without its thread: <see cref="Step"/> does everything that one turn of the loop does. Belongs to one thread, except for
/// the inbox and <see cref="Snapshot"/>.
/// </summary>
internal sealed partial class EngineCore(
    Scheduler scheduler, IModelRunner runner, Inbox inbox, EngineInstruments instruments, TimeSpan queueTimeout,
    TimeProvider time, ILogger logger)
{
    private readonly Dictionary<Sequence, ActiveRequest> _active = [];
    private readonly Sampler _sampler = new(runner.Shape.VocabularySize);
    private readonly StepExecutor _executor = new(runner, logger);
    private readonly EngineCounters _counters = new();
    private EngineSnapshot _snapshot = new() { BlocksTotal = scheduler.Pool.Total };

    /// <summary>The state after the last step.</summary>
    public EngineSnapshot Snapshot => Volatile.Read(ref _snapshot);

    /// <summary>
    /// One turn: takes in what callers handed over, ends what is cancelled or has waited too long, computes one batch, and hands out its tokens.
    /// </summary>
    /// <returns>False when there was nothing to compute.</returns>
    public bool Step()
    {
        // 1. What callers want.
        var (submitted, cancelled) = inbox.Drain();
        submitted.ForEach(Accept);
        cancelled.ForEach(request => End(request, FinishReason.Cancelled));
        ExpireWaiting();

        // 2. What to compute.
        var output = scheduler.Schedule();
        foreach (var sequence in output.Preempted)
            sequence.WaitingSince = time.GetTimestamp();
        foreach (var sequence in output.Admitted)
            Admit(_active[sequence]);

        // 3. Computing it and handing out the tokens.
        if (!output.IsEmpty)
            _counters.CountStep(output, _executor.Execute(output, Advance, scheduled => Fail(_active[scheduled.Sequence])));

        // 4. What it looks like now.
        Publish();
        return !output.IsEmpty;
    }

    /// <summary>Tells every listener that it is over, without touching the scheduler, which may be broken. No step may follow.</summary>
    public void Abandon()
    {
        foreach (var request in inbox.Drain().Submitted.Concat(_active.Values))
        {
            if (request.NeverAdmitted)
                inbox.StopWaiting(request);
            request.Finish(FinishReason.Interrupted);
        }
        _active.Clear();
        Volatile.Write(ref _snapshot, Snapshot with { Running = 0, Waiting = 0, Preempted = 0, WaitingTokens = 0, BlocksUsed = 0 });
    }

    private void Accept(ActiveRequest request)
    {
        _active.Add(request.Sequence, request);
        scheduler.Add(request.Sequence);
        // A resumed request may be complete: its last events were lost, not its last token.
        if (request.Ending is { } ending)
            End(request, ending);
    }

    private void Admit(ActiveRequest request)
    {
        if (!request.NeverAdmitted)
            return;
        inbox.StopWaiting(request);
        request.Admit();
        instruments.Admitted(request.QueueTime);
        _counters.CountPrompt(request.Sequence);
    }

    private void ExpireWaiting()
    {
        foreach (var sequence in scheduler.Queue.Waiting.Where(s => time.GetElapsedTime(s.WaitingSince) > queueTimeout).ToList())
            End(_active[sequence], FinishReason.TimedOut);
    }

    private void Advance(ScheduledSequence scheduled, ReadOnlySpan<float> logits)
    {
        var request = _active[scheduled.Sequence];
        if (!scheduled.Samples)
        {
            scheduler.Update(scheduled, sampled: null);
            return;
        }
        try
        {
            Append(request, scheduled, request.Sample(_sampler, logits));
        }
        catch (Exception exception)
        {
            LogRequestFailed(exception, request.RequestId);
            Fail(request);
        }
    }

    private void Append(ActiveRequest request, ScheduledSequence scheduled, SampledToken token)
    {
        if (token.IsFault)
        {
            LogUnusableLogits(request.RequestId, scheduled.End);
            Fail(request);
            return;
        }
        scheduler.Update(scheduled, token.TokenId);
        _counters.OutputTokens++;
        request.Append(token);
        if (request.NewTokens == 1)
            instruments.FirstToken(request.TimeToFirstToken);
        if (request.Ending is { } ending)
            End(request, ending);
    }

    private void Fail(ActiveRequest request)
    {
        _counters.Failures++;
        End(request, FinishReason.Failed);
    }

    private void End(ActiveRequest request, FinishReason reason)
    {
        // Gone already: it ended in the step before its cancellation arrived.
        if (!_active.Remove(request.Sequence))
            return;
        scheduler.Finish(request.Sequence, forget: reason == FinishReason.Failed);
        if (request.NeverAdmitted)
            inbox.StopWaiting(request);
        request.Finish(reason);
        instruments.Finished(reason, request.Decode, request.NewTokens);
    }

    private void Publish() => Volatile.Write(ref _snapshot, _counters.Take(scheduler));

    [LoggerMessage(EventId = 2002, Level = LogLevel.Error, Message = "Request {RequestId} failed while its token was chosen")]
    private partial void LogRequestFailed(Exception exception, string requestId);

    [LoggerMessage(EventId = 2003, Level = LogLevel.Error, Message = "Request {RequestId} failed: logits at position {Position} are not finite")]
    private partial void LogUnusableLogits(string requestId, int position);
}
