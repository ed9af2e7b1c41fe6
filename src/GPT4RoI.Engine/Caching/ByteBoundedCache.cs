using System.Diagnostics.CodeAnalysis;

namespace GPT4RoI.Engine.Caching;

/// <summary>
/// Least-recently-used values whose sizes together stay within a budget. Thread-safe. A value larger than the budget is let go at once. What
/// leaves (evicted, replaced, removed, too large) goes to the <c>released</c> callback, outside the lock, on the thread that caused it.
/// </summary>
/// <typeparam name="TKey">Compared by value.</typeparam>
/// <typeparam name="TValue">Immutable, or used by one thread only.</typeparam>
public sealed class ByteBoundedCache<TKey, TValue> : IDisposable
    where TKey : notnull
{
    /// <summary>Bytes charged per entry beside its value, so that many tiny values are bounded too.</summary>
    public const long EntryOverhead = 128;

    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = [];
    private readonly Func<TValue, long> _sizeOf;
    private readonly Action<TValue>? _released;
    private readonly CacheInstruments _instruments;
    private long _bytes;

    /// <param name="name">Tag of the metrics, for example <c>pyramids</c>.</param>
    /// <param name="capacityBytes">The budget; 0 keeps nothing.</param>
    /// <param name="sizeOf">A value's size in bytes, the same at every call.</param>
    /// <param name="released">Receives every value that leaves.</param>
    public ByteBoundedCache(string name, long capacityBytes, Func<TValue, long> sizeOf, Action<TValue>? released = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacityBytes);
        (CapacityBytes, _sizeOf, _released) = (capacityBytes, sizeOf, released);
        _instruments = new(name, () => Bytes);
    }

    private readonly record struct Entry(TKey Key, TValue Value, long Bytes);

    /// <summary>The budget.</summary>
    public long CapacityBytes { get; }

    /// <summary>Bytes held now, never more than the budget.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Whether the key is held; no use of it, and not counted as a lookup.</summary>
    public bool Contains(TKey key)
    {
        lock (_lock)
        {
            return _entries.ContainsKey(key);
        }
    }

    /// <summary>Looks the key up and makes it the most recently used.</summary>
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var found = false;
        value = default;
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var node))
            {
                (found, value) = (true, node.Value.Value);
                _byUse.Remove(node);
                _byUse.AddFirst(node);
            }
        }
        _instruments.RecordLookup(found);
        return found;
    }

    /// <summary>Adds or replaces a value as the most recently used, and evicts what no longer fits.</summary>
    public void Add(TKey key, TValue value)
    {
        var entry = new Entry(key, value, _sizeOf(value) + EntryOverhead);
        List<TValue> released = [];
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var previous))
            {
                Unlink(previous, released);
            }
            if (entry.Bytes > CapacityBytes)
            {
                released.Add(value);
            }
            else
            {
                // Room is made first: the budget holds at every moment.
                while (_bytes + entry.Bytes > CapacityBytes)
                {
                    Unlink(_byUse.Last!, released);
                }
                _entries.Add(key, _byUse.AddFirst(entry));
                _bytes += entry.Bytes;
            }
        }
        Release(released);
    }

    /// <summary>Removes a key. False if it was not held.</summary>
    public bool Remove(TKey key)
    {
        List<TValue> released = [];
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var node))
            {
                Unlink(node, released);
            }
        }
        Release(released);
        return released.Count > 0;
    }

    /// <summary>Releases everything and ends the cache's metrics.</summary>
    public void Dispose()
    {
        List<TValue> released = [];
        lock (_lock)
        {
            while (_byUse.Last is { } node)
            {
                Unlink(node, released);
            }
        }
        Release(released);
        _instruments.Dispose();
    }

    private void Unlink(LinkedListNode<Entry> node, List<TValue> released)
    {
        _byUse.Remove(node);
        _entries.Remove(node.Value.Key);
        _bytes -= node.Value.Bytes;
        released.Add(node.Value.Value);
    }

    private void Release(List<TValue> values)
    {
        if (_released is not null)
        {
            values.ForEach(_released);
        }
    }
}
