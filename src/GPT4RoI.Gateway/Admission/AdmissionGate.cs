using System.Threading.RateLimiting;
using GPT4RoI.Contracts.Errors;
using Microsoft.Extensions.Options;

namespace GPT4RoI.Gateway.Admission;

/// <summary>
/// Counts calls, open answers and uploads, per tenant and in all. A tenant is asked before the whole, so one that is over its own limit
/// takes nothing from the others.
/// </summary>
internal sealed class AdmissionGate : IDisposable
{
    private const int WaitingUploadsPerSlot = 8;

    private static readonly TimeSpan SlotRetryAfter = TimeSpan.FromSeconds(1);

    private readonly PartitionedRateLimiter<string> _requests;
    private readonly PartitionedRateLimiter<string> _tenantStreams;
    private readonly PartitionedRateLimiter<string> _tenantUploads;
    private readonly ConcurrencyLimiter _streams;
    private readonly ConcurrencyLimiter _uploads;
    private readonly AdmissionOptions _limits;

    public AdmissionGate(IOptions<AdmissionOptions> options)
    {
        _limits = options.Value;
        _requests = PartitionedRateLimiter.Create<string, string>(tenant => RateLimitPartition.GetTokenBucketLimiter(tenant, _ => Bucket(_limits)));
        _tenantStreams = PerTenant(Slots(_limits.MaxStreamsPerTenant, waitingPerSlot: 0));
        _tenantUploads = PerTenant(Slots(_limits.MaxUploadsPerTenant, WaitingUploadsPerSlot));
        _streams = new(Slots(_limits.MaxStreams, waitingPerSlot: 0));
        _uploads = new(Slots(_limits.MaxUploads, WaitingUploadsPerSlot));
    }

    /// <summary>Counts one call; an error if the tenant calls too often.</summary>
    public ClusterError? CountRequest(string tenant)
    {
        using var lease = _requests.AttemptAcquire(tenant);
        if (lease.IsAcquired)
        {
            return null;
        }
        var retryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : SlotRetryAfter;
        return new(
            ErrorCode.ResourceExhausted,
            "REQUEST_RATE",
            $"More than {_limits.RequestsPerSecond} calls per second (bursts of {_limits.RequestBurst}).",
            RetryAfter: retryAfter);
    }

    /// <summary>What is left of the tenant's calls.</summary>
    public RequestAllowance Allowance(string tenant)
    {
        var left = _requests.GetStatistics(tenant)?.CurrentAvailablePermits ?? _limits.RequestBurst;
        return new(_limits.RequestBurst, left, TimeSpan.FromSeconds((double)(_limits.RequestBurst - left) / _limits.RequestsPerSecond));
    }

    /// <summary>Takes a slot for an open answer, or refuses at once. The slot is given back by disposing the lease.</summary>
    public Outcome<IDisposable> EnterStream(string tenant)
    {
        var own = _tenantStreams.AttemptAcquire(tenant);
        if (!own.IsAcquired)
        {
            own.Dispose();
            return Full("TENANT_STREAMS", $"{_limits.MaxStreamsPerTenant} answers are open, the limit of a tenant.");
        }
        var all = _streams.AttemptAcquire();
        if (!all.IsAcquired)
        {
            all.Dispose();
            own.Dispose();
            return Full("SERVER_STREAMS", $"{_limits.MaxStreams} answers are open, the limit of this gateway.");
        }
        return new Slot(own, all);
    }

    /// <summary>Waits for a slot for an upload; refuses if too many wait already.</summary>
    public async Task<Outcome<IDisposable>> EnterUploadAsync(string tenant, CancellationToken cancellationToken)
    {
        var own = await _tenantUploads.AcquireAsync(tenant, cancellationToken: cancellationToken);
        if (!own.IsAcquired)
        {
            own.Dispose();
            return Full("TENANT_UPLOADS", $"{_limits.MaxUploadsPerTenant} uploads are running, the limit of a tenant, and as many as may wait are waiting.");
        }
        RateLimitLease? all = null;
        try
        {
            all = await _uploads.AcquireAsync(cancellationToken: cancellationToken);
        }
        finally
        {
            if (all is not { IsAcquired: true })
            {
                all?.Dispose();
                own.Dispose();
            }
        }
        return all.IsAcquired
            ? new Slot(own, all)
            : Full("SERVER_UPLOADS", $"{_limits.MaxUploads} uploads are running, the limit of this gateway, and as many as may wait are waiting.");
    }

    public void Dispose()
    {
        _requests.Dispose();
        _tenantStreams.Dispose();
        _tenantUploads.Dispose();
        _streams.Dispose();
        _uploads.Dispose();
    }

    private static ClusterError Full(string reason, string message) => new(ErrorCode.ResourceExhausted, reason, message, RetryAfter: SlotRetryAfter);

    private static PartitionedRateLimiter<string> PerTenant(ConcurrencyLimiterOptions slots) =>
        PartitionedRateLimiter.Create<string, string>(tenant => RateLimitPartition.GetConcurrencyLimiter(tenant, _ => slots));

    private static ConcurrencyLimiterOptions Slots(int count, int waitingPerSlot) => new() { PermitLimit = count, QueueLimit = count * waitingPerSlot };

    private static TokenBucketRateLimiterOptions Bucket(AdmissionOptions limits) => new()
    {
        TokenLimit = limits.RequestBurst,
        TokensPerPeriod = limits.RequestsPerSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueLimit = 0,
    };

    private sealed class Slot(RateLimitLease own, RateLimitLease all) : IDisposable
    {
        public void Dispose()
        {
            all.Dispose();
            own.Dispose();
        }
    }
}
