namespace GPT4RoI.Engine.Scheduling;

/// <summary>
/// Waiting sequences, served by Virtual Token Counter (Sheng et al., arXiv 2401.00588, algorithm 2): the tenant that has received least
/// goes first. A tenant that comes back from idleness is lifted to the least counter of those waiting, so that it can neither save up
/// credit nor be held up. Preempted sequences precede all: they were admitted once.
/// </summary>
internal sealed class FairQueue
{
    /// <summary>Tenants remembered before those whose counter would be lifted anyway are dropped.</summary>
    public const int RememberedTenants = 4096;

    private readonly Dictionary<string, TenantQueue> _tenants = [];
    private readonly Dictionary<string, TenantQueue> _backlogged = [];
    private readonly LinkedList<Sequence> _preempted = [];
    private TenantQueue? _lastToLeave;

    /// <summary>Waiting sequences, preempted ones included.</summary>
    public int Count { get; private set; }

    /// <summary>Their tokens: all of them, as what the prefix cache holds of them is not known before admission.</summary>
    public long Tokens { get; private set; }

    /// <summary>Of the sequences, preempted ones.</summary>
    public int Preempted => _preempted.Count;

    /// <summary>Tenants whose counters are remembered.</summary>
    public int Tenants => _tenants.Count;

    /// <summary>All waiting sequences, in no particular order.</summary>
    public IEnumerable<Sequence> Waiting => _preempted.Concat(_backlogged.Values.SelectMany(tenant => tenant.Waiting));

    /// <summary>A tenant's virtual token counter; 0 for one not remembered.</summary>
    public long CounterOf(string tenant) => _tenants.TryGetValue(tenant, out var queue) ? queue.Counter : 0;

    /// <summary>Adds a new sequence behind its tenant's others.</summary>
    public void Enqueue(Sequence sequence)
    {
        var tenant = TenantOf(sequence.TenantId);
        if (tenant.Waiting.Count == 0)
        {
            tenant.Counter = Math.Max(tenant.Counter, Floor());
            _backlogged[sequence.TenantId] = tenant;
        }
        tenant.Waiting.AddLast(sequence);
        Count++;
        Tokens += sequence.Length;
    }

    /// <summary>Puts a preempted sequence before all others. The newest is preempted first, so older ones end up in front of it.</summary>
    public void Requeue(Sequence sequence)
    {
        _preempted.AddFirst(sequence);
        Count++;
        Tokens += sequence.Length;
    }

    /// <summary>The sequence to admit next among the tenants that <paramref name="skipped"/> does not hold; null when there is none.</summary>
    public Sequence? Next(IReadOnlySet<string> skipped)
    {
        foreach (var sequence in _preempted)
        {
            if (!skipped.Contains(sequence.TenantId))
                return sequence;
        }
        Sequence? next = null;
        var least = long.MaxValue;
        foreach (var (name, tenant) in _backlogged)
        {
            var head = tenant.Waiting.First!.Value;
            if (skipped.Contains(name) || tenant.Counter > least || (tenant.Counter == least && head.Id > next!.Id))
                continue;
            (next, least) = (head, tenant.Counter);
        }
        return next;
    }

    /// <summary>Takes a waiting sequence out.</summary>
    public void Remove(Sequence sequence)
    {
        Count--;
        Tokens -= sequence.Length;
        if (_preempted.Remove(sequence))
            return;
        var tenant = _backlogged[sequence.TenantId];
        tenant.Waiting.Remove(sequence);
        if (tenant.Waiting.Count > 0)
            return;
        _backlogged.Remove(sequence.TenantId);
        _lastToLeave = tenant;
    }

    /// <summary>Adds service received.</summary>
    public void Charge(string tenant, long cost) => TenantOf(tenant).Counter += cost;

    private long Floor() => _backlogged.Count == 0 ? _lastToLeave?.Counter ?? 0 : _backlogged.Values.Min(tenant => tenant.Counter);

    private TenantQueue TenantOf(string name)
    {
        if (_tenants.TryGetValue(name, out var tenant))
            return tenant;
        if (_tenants.Count >= RememberedTenants)
            DropIdle();
        return _tenants[name] = new TenantQueue();
    }

    // A counter at or below the floor carries no information: coming back, its tenant is lifted to the floor.
    // Should too few be that low, the lower half of the idle ones goes: it loses the least.
    private void DropIdle()
    {
        var idle = _tenants.Where(entry => entry.Value.Waiting.Count == 0).OrderBy(entry => entry.Value.Counter).ToList();
        var floor = Floor();
        var drop = Math.Max(idle.Count(entry => entry.Value.Counter <= floor), (idle.Count + 1) / 2);
        foreach (var (name, _) in idle.Take(drop))
            _tenants.Remove(name);
    }
}
