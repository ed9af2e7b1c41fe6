namespace GPT4RoI.Engine.Vision;

/// <summary>One submission on its way through a <see cref="BatchWorker{TItem, TResult}"/>.</summary>
/// <param name="value">What to compute.</param>
/// <param name="cost">Its share of <see cref="BatchLimits.MaxCost"/>.</param>
internal sealed class BatchItem<TItem, TResult>(TItem value, int cost)
{
    private readonly TaskCompletionSource<VisionOutcome<TResult>> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TItem Value => value;

    public int Cost => cost;

    /// <summary>Timestamp of the queue's clock.</summary>
    public long EnqueuedAt { get; set; }

    /// <summary>Ends with an outcome, or cancelled.</summary>
    public Task<VisionOutcome<TResult>> Outcome => _completion.Task;

    /// <summary>The first of these two calls counts.</summary>
    public void Complete(VisionOutcome<TResult> outcome) => _completion.TrySetResult(outcome);

    public void Cancel(CancellationToken cancellationToken) => _completion.TrySetCanceled(cancellationToken);
}
