namespace GPT4RoI.Engine.Caching;

/// <summary>Callers who want the same thing at the same time share one computation. It is cancelled when the last of them has gone. Thread-safe.</summary>
public sealed class SingleFlight<TKey, TValue>
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Flight> _flights = [];

    private sealed class Flight : IDisposable
    {
        private readonly CancellationTokenSource _abandoned = new();

        public Flight(Func<CancellationToken, ValueTask<TValue>> work)
        {
            var token = _abandoned.Token;
            Task = System.Threading.Tasks.Task.Run(() => work(token).AsTask(), CancellationToken.None);
        }

        public Task<TValue> Task { get; }

        public int Callers { get; set; }

        public void Dispose()
        {
            _abandoned.Cancel();
            _abandoned.Dispose();
        }
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
                _flights.Add(key, flight = new(work));
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
        flight.Dispose();
    }
}
