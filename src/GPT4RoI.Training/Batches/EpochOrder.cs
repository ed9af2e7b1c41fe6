namespace GPT4RoI.Training.Batches;

/// <summary>An endless walk over a data set in which every epoch is a shuffle of its own. Thread-safe.</summary>
internal sealed class EpochOrder(int count, int seed, long stage)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, int[]> _orders = [];

    /// <summary>The index of the n-th sample; depends on seed, stage and n only.</summary>
    public int At(long n)
    {
        var epoch = n / count;
        lock (_lock)
        {
            if (!_orders.TryGetValue(epoch, out var order))
            {
                // Batches are prepared a little ahead, so two epochs may be under way.
                foreach (var old in _orders.Keys.Where(key => key < epoch - 1).ToArray())
                {
                    _orders.Remove(old);
                }
                order = [.. Enumerable.Range(0, count)];
                Seeds.Random(seed, "epoch", stage, epoch).Shuffle(order);
                _orders.Add(epoch, order);
            }
            return order[(int)(n % count)];
        }
    }
}
