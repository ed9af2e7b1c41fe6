using System.Runtime.CompilerServices;
using System.Threading.Channels;
using GPT4RoI.Contracts.Conversations;

namespace GPT4RoI.Silo.Turns;

/// <summary>Takes one event of a turn; waits while its reader has many unread.</summary>
internal delegate ValueTask EmitEvent(TurnEvent turnEvent, CancellationToken cancellationToken);

/// <summary>
/// A running turn and the reader of its events. The turn runs whether or not the reader reads: its deadline and its end do not wait for a
/// client that has stopped. Events wait in a bounded channel; disposing of it ends the turn.
/// </summary>
internal sealed class RunningTurn : IAsyncDisposable
{
    private const int BufferedEvents = 64;

    private readonly Channel<TurnEvent> _events = Channel.CreateBounded<TurnEvent>(BufferedEvents);
    private readonly CancellationTokenSource _ending;
    private readonly Task _turn;
    private TurnEvent? _last;
    private int _disposed;

    /// <summary>Starts a turn.</summary>
    /// <param name="run">Runs the turn and emits its events; emits nothing after it returns.</param>
    /// <param name="cancellationToken">Ends the turn.</param>
    public RunningTurn(Func<EmitEvent, CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        _ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _turn = RunAsync(run);
    }

    /// <summary>True once the turn has been told to end early.</summary>
    public bool IsEnding => _ending.IsCancellationRequested;

    /// <summary>The events, ending after the last one.</summary>
    /// <exception cref="OperationCanceledException">The turn was cancelled.</exception>
    public async IAsyncEnumerable<TurnEvent> EventsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // what is ready is yielded without waiting, so that it crosses the grain hop in one batch
        await foreach (var turnEvent in _events.Reader.ReadAllAsync(cancellationToken))
        {
            yield return turnEvent;
        }
        if (_last is { } last)
        {
            yield return last;
        }
    }

    /// <summary>Ends the turn early, with <paramref name="last"/> as its last event.</summary>
    public void End(TurnEvent last)
    {
        _last = last;
        _ending.Cancel();
    }

    /// <summary>Ends the turn, if it has not ended, and waits until it holds nothing. May be called again.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await _ending.CancelAsync();
        }
        await _turn.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        _ending.Dispose();
    }

    private async Task RunAsync(Func<EmitEvent, CancellationToken, Task> run)
    {
        try
        {
            await run(_events.Writer.WriteAsync, _ending.Token);
            _events.Writer.TryComplete();
        }
        catch (Exception exception)
        {
            _events.Writer.TryComplete(_last is null ? exception : null);
        }
    }
}
