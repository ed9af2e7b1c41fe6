using GPT4RoI.Contracts;

namespace GPT4RoI.Gateway.Cluster;

/// <summary>
/// Which roles are alive, at most <see cref="Lifetime"/> old. One question to the cluster at a time answers all who ask meanwhile, and a
/// cluster that does not answer within <see cref="Patience"/> has no roles: health checks stay fast and a flood of them stays one call.
/// </summary>
internal sealed partial class LiveRoles(IGrainFactory grains, TimeProvider time, ILogger<LiveRoles> logger)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(1), Patience = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private Task<IReadOnlyList<string>> _asked = Task.FromResult<IReadOnlyList<string>>([]);
    private long? _answeredAt;

    /// <summary>The roles that have a live silo.</summary>
    public Task<IReadOnlyList<string>> GetAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_asked.IsCompleted && (_answeredAt is not { } at || time.GetElapsedTime(at) >= Lifetime))
            {
                _asked = AskAsync();
            }
            return _asked.WaitAsync(cancellationToken);
        }
    }

    private async Task<IReadOnlyList<string>> AskAsync()
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            return await grains.GetGrain<IRolesGrain>(0).GetAsync(patience.Token).WaitAsync(patience.Token);
        }
        catch (Exception exception) // whatever the reason, the answer is the same: no role can be used
        {
            LogUnanswered(exception.GetType().Name);
            return [];
        }
        finally
        {
            _answeredAt = time.GetTimestamp();
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The cluster did not say which roles are alive ({Exception})")]
    private partial void LogUnanswered(string exception);
}
