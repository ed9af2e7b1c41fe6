using Microsoft.Extensions.Logging;

namespace GPT4RoI.Engine.Vision;

/// <summary>
/// Gathers submissions of many callers into batches and computes them on one thread of its own, which is the only one to run the computation:
/// a module may be used by it without locks. If a batch fails, its items are computed one by one, so that a poisoned item fails alone.
/// </summary>
internal sealed partial class BatchWorker<TItem, TResult> : IDisposable
{
    private readonly string _name;
    private readonly Func<IReadOnlyList<TItem>, IReadOnlyList<VisionOutcome<TResult>>> _compute;
    private readonly BatchQueue<TItem, TResult> _queue;
    private readonly BatchInstruments _instruments;
    private readonly ILogger _logger;
    private readonly Thread _thread;

    /// <param name="name">Names the thread, and the worker in metrics and logs.</param>
    /// <param name="limits">Bounds of batches and queue.</param>
    /// <param name="compute">One outcome per item, in order. May throw.</param>
    /// <param name="time">The clock of the maximum wait.</param>
    /// <param name="logger">For failures.</param>
    public BatchWorker(
        string name, BatchLimits limits, Func<IReadOnlyList<TItem>, IReadOnlyList<VisionOutcome<TResult>>> compute, TimeProvider time, ILogger logger)
    {
        (_name, _compute, _logger) = (name, compute, logger);
        _queue = new(limits, time);
        _instruments = new(name, () => _queue.Count, time);
        _thread = new(Run) { Name = $"gpt4roi-{name}", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Queues one item and waits for its outcome. Faults are values: queue full, stopping, failed.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up; an item that still waits is not computed.</exception>
    public async ValueTask<VisionOutcome<TResult>> SubmitAsync(TItem value, int cost, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var item = new BatchItem<TItem, TResult>(value, cost);
        if (_queue.TryAdd(item) is var refusal && refusal != VisionFault.None)
        {
            return refusal;
        }
        using var registration = cancellationToken.UnsafeRegister(
            (_, token) =>
            {
                _queue.Remove(item);
                item.Cancel(token);
            },
            null);
        return await item.Outcome.ConfigureAwait(false);
    }

    /// <summary>Refuses what waits, and returns when the batch under way is done.</summary>
    public void Dispose()
    {
        foreach (var item in _queue.Close())
        {
            item.Complete(VisionFault.Unavailable);
        }
        _thread.Join();
        _queue.Dispose();
        _instruments.Dispose();
    }

    private void Run()
    {
        while (_queue.Take() is { } batch)
        {
            using var measurement = _instruments.MeasureBatch(batch.Count);
            if (!TryCompute(batch) && batch.Count > 1)
            {
                batch.ForEach(item => TryCompute([item]));
            }
            // Whoever has no outcome by now failed alone.
            batch.ForEach(static item => item.Complete(VisionFault.Failed));
        }
    }

    private bool TryCompute(List<BatchItem<TItem, TResult>> batch)
    {
        var items = batch.FindAll(static item => !item.Outcome.IsCompleted);
        if (items.Count == 0)
        {
            return true;
        }
        try
        {
            var outcomes = _compute(items.ConvertAll(static item => item.Value));
            for (var index = 0; index < items.Count; index++)
            {
                items[index].Complete(outcomes[index]);
            }
            return true;
        }
        catch (Exception exception)
        {
            LogFailure(exception, _name, items.Count);
            return false;
        }
    }

    [LoggerMessage(EventId = 300, EventName = "VisionBatchFailed", Level = LogLevel.Error, Message = "Worker {Worker}: a batch of {Count} failed")]
    private partial void LogFailure(Exception exception, string worker, int count);
}
