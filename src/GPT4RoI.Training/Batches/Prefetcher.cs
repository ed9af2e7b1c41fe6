namespace GPT4RoI.Training.Batches;

/// <summary>Prepares steps on the thread pool, a few ahead of the one that is trained, and hands them out in order. For one reader.</summary>
internal sealed class Prefetcher<T>(Func<long, T> prepare, long first, long end, int ahead)
{
    private readonly Queue<Task<T>> _pending = [];
    private long _next = first;

    /// <summary>The next step's data. What its preparation threw is thrown here.</summary>
    public T Next()
    {
        while (_pending.Count < ahead && _next < end)
        {
            var step = _next++;
            _pending.Enqueue(Task.Run(() => prepare(step)));
        }
        return _pending.Dequeue().GetAwaiter().GetResult();
    }
}
