namespace GPT4RoI.Engine.Vision;

/// <summary>
/// A bounded queue from which one thread takes batches, blocking. A batch is ready when it is full, or when its oldest item has waited long
/// enough. The timer belongs to the given clock, so tests decide when time passes.
/// </summary>
internal sealed class BatchQueue<TItem, TResult> : IDisposable
{
    private readonly BatchLimits _limits;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly LinkedList<BatchItem<TItem, TResult>> _waiting = [];
    private BatchItem<TItem, TResult>? _timed; // the item that the timer is set for
    private bool _closed;

    public BatchQueue(BatchLimits limits, TimeProvider time)
    {
        (_limits, _time) = (limits, time);
        _timer = time.CreateTimer(static queue => ((BatchQueue<TItem, TResult>)queue!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Items waiting.</summary>
    public int Count
    {
        get
        {
            lock (_waiting)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Adds an item at the end, or says why not.</summary>
    public VisionFault TryAdd(BatchItem<TItem, TResult> item)
    {
        lock (_waiting)
        {
            if (_closed || _waiting.Count >= _limits.MaxQueued)
            {
                return _closed ? VisionFault.Unavailable : VisionFault.QueueFull;
            }
            item.EnqueuedAt = _time.GetTimestamp();
            _waiting.AddLast(item);
            SetTimer();
            Monitor.Pulse(_waiting);
            return VisionFault.None;
        }
    }

    /// <summary>Takes an item back, if it still waits.</summary>
    public void Remove(BatchItem<TItem, TResult> item)
    {
        lock (_waiting)
        {
            _waiting.Remove(item);
        }
    }

    /// <summary>Blocks until a batch is ready and takes it; null once the queue is closed. One thread only.</summary>
    public List<BatchItem<TItem, TResult>>? Take()
    {
        lock (_waiting)
        {
            while (!_closed)
            {
                SetTimer();
                if (NextBatch() is { } batch)
                {
                    return batch;
                }
                Monitor.Wait(_waiting);
            }
            return null;
        }
    }

    /// <summary>Refuses further items and hands out those that wait.</summary>
    public List<BatchItem<TItem, TResult>> Close()
    {
        lock (_waiting)
        {
            _closed = true;
            List<BatchItem<TItem, TResult>> left = [.. _waiting];
            _waiting.Clear();
            Monitor.PulseAll(_waiting);
            return left;
        }
    }

    public void Dispose() => _timer.Dispose();

    private List<BatchItem<TItem, TResult>>? NextBatch()
    {
        var batch = new List<BatchItem<TItem, TResult>>();
        var cost = 0;
        foreach (var item in _waiting)
        {
            if (batch.Count == _limits.MaxItems || (batch.Count > 0 && cost + item.Cost > _limits.MaxCost))
            {
                break;
            }
            batch.Add(item);
            cost += item.Cost;
        }
        var isFull = batch.Count == _limits.MaxItems || cost >= _limits.MaxCost || batch.Count < _waiting.Count;
        if (batch.Count == 0 || !(isFull || TimeLeft(batch[0]) <= TimeSpan.Zero))
        {
            return null;
        }
        batch.ForEach(_ => _waiting.RemoveFirst());
        return batch;
    }

    // An item that comes into an empty queue sets its timer as it comes: no time can pass between the two unnoticed.
    private void SetTimer()
    {
        if (_waiting.First?.Value is { } oldest && oldest != _timed && TimeLeft(oldest) is var left && left > TimeSpan.Zero)
        {
            _timed = oldest;
            _timer.Change(left, Timeout.InfiniteTimeSpan);
        }
    }

    private TimeSpan TimeLeft(BatchItem<TItem, TResult> item) => _limits.MaxWait - _time.GetElapsedTime(item.EnqueuedAt);

    private void Wake()
    {
        lock (_waiting)
        {
            _timed = null; // a timer may be early: then it is set again for what is left
            Monitor.Pulse(_waiting);
        }
    }
}
