using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using GPT4RoI.Contracts.Errors;
using GPT4RoI.Gateway.Cluster;
using GPT4RoI.Gateway.Errors;
using GPT4RoI.Gateway.Hosting;
using Microsoft.Extensions.Options;

namespace GPT4RoI.Gateway.Services;

/// <summary>
/// Grains' streams that outlive the node at work on them: one that has begun is asked for again, elsewhere, from where its reader is. A stream that
/// fails before its first event fails at once, and its client may try again.
/// </summary>
internal sealed partial class Failover(
    IOptions<ClusterOptions> options, GatewayInstruments instruments, TimeProvider time, ILogger<Failover> logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100), LongestPause = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _patience = options.Value.FailoverTimeout;

    /// <summary>Streams until the end, or until no node has gone on for <see cref="ClusterOptions.FailoverTimeout"/>.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async IAsyncEnumerable<TEvent> StreamAsync<TEvent>(IResumable<TEvent> stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (begun, pause) = (false, FirstPause);
        long? lost = null;
        while (true)
        {
            var events = stream.Open(cancellationToken).GetAsyncEnumerator(cancellationToken);
            string? outage = null;
            try
            {
                while (true)
                {
                    var (happened, exception) = await NextAsync(events);
                    var waited = lost is { } since ? time.GetElapsedTime(since) : TimeSpan.Zero;
                    outage = begun && waited < _patience && !cancellationToken.IsCancellationRequested
                        ? Outage(stream, happened, exception, lost is not null)
                        : null;
                    if (outage is not null)
                    {
                        break;
                    }
                    if (exception is not null)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        exception.Throw();
                    }
                    if (happened is not { Event: var next })
                    {
                        yield break;
                    }
                    begun = true;
                    if (stream.TryTake(next))
                    {
                        (lost, pause) = (null, FirstPause);
                        yield return next;
                    }
                }
            }
            finally
            {
                await LeaveAsync(events, outage is not null);
            }
            lost ??= time.GetTimestamp();
            instruments.FailedOver(outage);
            LogLost(outage);
            await Task.Delay(pause, time, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private static async Task<(Next<TEvent>? Happened, ExceptionDispatchInfo? Exception)> NextAsync<TEvent>(IAsyncEnumerator<TEvent> events)
    {
        try
        {
            return (await events.MoveNextAsync() ? new(events.Current) : null, null);
        }
        catch (Exception exception)
        {
            return (null, ExceptionDispatchInfo.Capture(exception));
        }
    }

    // Why another node should go on; null if none should. Nodes that take over for a lost one may have full queues for a while.
    private static string? Outage<TEvent>(IResumable<TEvent> stream, Next<TEvent>? happened, ExceptionDispatchInfo? exception, bool again)
    {
        var error = exception is not null ? Faults.ToClusterError(exception.SourceException) : happened is { } next ? stream.Failure(next.Event) : null;
        var isOutage = error is { Code: ErrorCode.Unavailable } && (exception is not null || again || error.Reason == ClusterError.NodeStopping);
        return isOutage || (again && error is { Code: ErrorCode.ResourceExhausted }) ? error?.Reason : null;
    }

    // Nobody waits for a node that is gone to say goodbye.
    private async ValueTask LeaveAsync<TEvent>(IAsyncEnumerator<TEvent> events, bool isLost)
    {
        if (isLost)
        {
            _ = IgnoreAsync();
            return;
        }
        await events.DisposeAsync();

        async Task IgnoreAsync()
        {
            try
            {
                await events.DisposeAsync();
            }
            catch (Exception exception)
            {
                LogLeft(exception);
            }
        }
    }

    [LoggerMessage(EventId = 20, Level = LogLevel.Warning, Message = "A stream lost its node ({Reason}); another one goes on")]
    private partial void LogLost(string reason);

    [LoggerMessage(EventId = 21, Level = LogLevel.Debug, Message = "A lost node did not end its stream")]
    private partial void LogLeft(Exception exception);

    private readonly record struct Next<TEvent>(TEvent Event);
}
