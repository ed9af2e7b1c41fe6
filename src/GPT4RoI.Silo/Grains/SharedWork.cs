using GPT4RoI.Contracts.Errors;
using GPT4RoI.Silo.Errors;

namespace GPT4RoI.Silo.Grains;

/// <summary>Times of <see cref="SharedWork{T}"/>.</summary>
internal static class SharedWork
{
    /// <summary>Longest wait within one grain call: well below the response timeout.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    /// <summary>How long work that would only fail again is not tried again: the input is wrong, or the computation failed on it.</summary>
    public static readonly TimeSpan FailureMemory = TimeSpan.FromSeconds(30);
}

/// <summary>
/// Single flight: callers that come while the work runs wait for the same run. A caller waits at most <see cref="SharedWork.Patience"/> and is then told
/// to ask again, so no grain call comes near the response timeout. Belongs to one grain and is used on its scheduler only.
/// </summary>
internal sealed class SharedWork<T>(TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private Task<Outcome<T>>? _flight;
    private ClusterError? _failure;
    private long _failedAt;

    /// <summary>Joins the run under way, or starts one.</summary>
    /// <param name="start">The work. Its token fires when the grain goes, not when a caller does.</param>
    /// <param name="cancellationToken">Ends this caller's wait only.</param>
    public async Task<Outcome<T>> JoinAsync(Func<CancellationToken, Task<Outcome<T>>> start, CancellationToken cancellationToken)
    {
        if (_failure is not null && time.GetElapsedTime(_failedAt) < SharedWork.FailureMemory)
        {
            return _failure;
        }
        if (_flight is not { IsCompleted: false })
        {
            _flight = RunAsync(start);
        }
        try
        {
            return await _flight.WaitAsync(SharedWork.Patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return SiloErrors.StillWorking;
        }
    }

    /// <summary>Cancels the run and waits for it to be over.</summary>
    public async Task EndAsync()
    {
        await _ending.CancelAsync();
        if (_flight is Task flight)
        {
            await flight.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _ending.Dispose();

    private async Task<Outcome<T>> RunAsync(Func<CancellationToken, Task<Outcome<T>>> start)
    {
        var outcome = await start(_ending.Token);
        (_failure, _failedAt) = (outcome.Error is { Code: ErrorCode.InvalidArgument or ErrorCode.Internal } lasting ? lasting : null, time.GetTimestamp());
        return outcome;
    }
}
