namespace GPT4RoI.Engine.Caching;

/// <summary>Callers who want the same thing at the same time share one computation. It is cancelled when the last of them has gone. Thread-safe.</summary>
public sealed class SingleFlight<TKey, TValue>
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Flight> _flights = [];

    /// <summary>The source is cancelled but never disposed: disposing would drop callbacks that the work is just registering, and without a timer it holds nothing.</summary>
    private sealed class Flight(Task<TValue> task, CancellationTokenSource abandoned)
    {
        public Task<TValue> Task => task;

        public int Callers { get; set; }

        public void Abandon() => abandoned.Cancel();
    }

    /// <summary>Joins the computation under way for this key, or starts <paramref name="work"/>.</summary>
    /// <param name="key">What is wanted.</param>
    /// <param name="work">Its token is cancelled when nobody waits any more; that of a single caller never reaches it.</param>
    /// <param name="cancellationToken">Ends this caller's waiting.</param>
    public async Task<TValue> RunAsync(TKey key, Func<CancellationToken, ValueTask<TValue>> work, CancellationToken cancellationToken)
    {
        var flight = Join(key, work);
        try
        {
            return await flight.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Leave(key, flight);
        }
    }

    private Flight Join(TKey key, Func<CancellationToken, ValueTask<TValue>> work)
    {
        lock (_lock)
        {
            if (!_flights.TryGetValue(key, out var flight))
            {
                var abandoned = new CancellationTokenSource();
                flight = new(Task.Run(() => work(abandoned.Token).AsTask(), CancellationToken.None), abandoned);
                _flights.Add(key, flight);
            }
            flight.Callers++;
            return flight;
        }
    }

    private void Leave(TKey key, Flight flight)
    {
        lock (_lock)
        {
            if (--flight.Callers > 0)
            {
                return;
            }
            _flights.Remove(key);
        }
        flight.Abandon();
    }
}
