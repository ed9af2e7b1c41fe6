using GPT4RoI.Engine.Requests;

namespace GPT4RoI.Engine.Execution;

/// <summary>
/// What callers hand to the step thread: new requests and cancellations. Holds the limits on waiting requests, because they must be
/// decided on the caller's thread. The lock is held for a few assignments only.
/// </summary>
/// <param name="maxWaiting">Requests that may wait.</param>
/// <param name="maxWaitingPerTenant">Requests of one tenant that may wait.</param>
internal sealed class Inbox(int maxWaiting, int maxWaitingPerTenant)
{
    private readonly object _gate = new();
    private readonly Dictionary<string, int> _waitingByTenant = [];
    private List<ActiveRequest> _submitted = [];
    private List<ActiveRequest> _cancelled = [];
    private int _waiting;
    private bool _closed;

    /// <summary>Requests submitted and not admitted yet.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Everything is refused.</summary>
    public bool IsClosed => Volatile.Read(ref _closed);

    /// <summary>Hands in a request; null, or why it was refused.</summary>
    public Rejection? Submit(ActiveRequest request)
    {
        lock (_gate)
        {
            if (_closed)
                return new Rejection(RejectionKind.Unavailable, "", "The engine is stopping.");
            if (_waiting >= maxWaiting)
                return new Rejection(RejectionKind.QueueFull, "", $"{maxWaiting} requests are waiting already.");
            var ofTenant = _waitingByTenant.GetValueOrDefault(request.TenantId);
            if (ofTenant >= maxWaitingPerTenant)
                return new Rejection(RejectionKind.QueueFull, "", $"{maxWaitingPerTenant} requests of this tenant are waiting already.");
            _waitingByTenant[request.TenantId] = ofTenant + 1;
            _waiting++;
            _submitted.Add(request);
            Monitor.Pulse(_gate);
            return null;
        }
    }

    /// <summary>Asks for a request to be cancelled; a request asks at most once.</summary>
    public void Cancel(ActiveRequest request)
    {
        lock (_gate)
        {
            _cancelled.Add(request);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>A request stopped waiting: it was admitted, or it ended before.</summary>
    public void StopWaiting(ActiveRequest request)
    {
        lock (_gate)
        {
            _waiting--;
            if (--_waitingByTenant[request.TenantId] == 0)
                _waitingByTenant.Remove(request.TenantId);
        }
    }

    /// <summary>Takes out everything handed in since the last call; what was submitted comes before its cancellation.</summary>
    public (List<ActiveRequest> Submitted, List<ActiveRequest> Cancelled) Drain()
    {
        lock (_gate)
        {
            var drained = (_submitted, _cancelled);
            (_submitted, _cancelled) = ([], []);
            return drained;
        }
    }

    /// <summary>Blocks the step thread until there is something to take out; false when it is closed and there never will be.</summary>
    public bool WaitForWork()
    {
        lock (_gate)
        {
            while (_submitted.Count + _cancelled.Count == 0 && !_closed)
                Monitor.Wait(_gate);
            return _submitted.Count + _cancelled.Count > 0;
        }
    }

    /// <summary>Refuses everything from now on.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }
    }
}
