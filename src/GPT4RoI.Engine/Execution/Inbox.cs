using GPT4RoI.Engine.Requests;

namespace GPT4RoI.Engine.Execution;

/// <summary>
/// What callers hand to the step thread: new requests and cancellations. Holds the limits on waiting requests, because they must be
/// decided on the caller's thread. The lock is held for a few assignments only.
/// </summary>
internal sealed class Inbox(LlmEngineOptions options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _waitingByTenant = [];
    private List<ActiveRequest> _submitted = [];
    private List<ActiveRequest> _cancelled = [];
    private int _waiting;
    private bool _closed;

    /// <summary>Requests submitted and not admitted yet.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Hands in a request; null, or why it was refused.</summary>
    public Rejection? Submit(ActiveRequest request)
    {
        lock (_gate)
        {
            if (_closed)
                return new Rejection(RejectionKind.Unavailable, "", "The engine is stopping.");
            if (_waiting >= options.MaxWaiting)
                return new Rejection(RejectionKind.QueueFull, "", $"{options.MaxWaiting} requests are waiting already.");
            var ofTenant = _waitingByTenant.GetValueOrDefault(request.TenantId);
            if (ofTenant >= options.MaxWaitingPerTenant)
                return new Rejection(RejectionKind.QueueFull, "", $"{options.MaxWaitingPerTenant} requests of this tenant are waiting already.");
            _waitingByTenant[request.TenantId] = ofTenant + 1;
            _waiting++;
            _submitted.Add(request);
            return null;
        }
    }

    /// <summary>Asks for a request to be cancelled; a request asks at most once.</summary>
    public void Cancel(ActiveRequest request)
    {
        lock (_gate)
            _cancelled.Add(request);
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

    /// <summary>Refuses everything from now on.</summary>
    public void Close()
    {
        lock (_gate)
            _closed = true;
    }
}
