using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;

namespace GPT4RoI.Engine.Requests;

/// <summary>
/// The events of one submitted request, read once. What the reader has not taken yet is merged into one event of each kind, so a slow
/// reader neither holds up the engine nor makes anything grow beyond its own answer.
/// </summary>
/// <remarks>Leaving the loop, cancelling it or disposing of the stream cancels the request; its blocks are free after the next step.</remarks>
public sealed class GenerationStream : IAsyncEnumerable<GenerationEvent>, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1)
    {
        FullMode = BoundedChannelFullMode.DropWrite,
        SingleReader = true,
    });

    private readonly Action _cancel;
    private readonly List<int> _tokenIds = [];
    private readonly StringBuilder _text = new();
    private readonly List<TokenLogprob> _logprobs = [];
    private PrefillStarted? _started;
    private GenerationFinished? _finished;
    private bool _ended;
    private int _readers;

    /// <param name="cancel">Called at most once, when the reader goes away before the end. Must not block.</param>
    internal GenerationStream(Action cancel) => _cancel = cancel;

    /// <summary>The text of the tokens that the request resumed from; it is not among the events.</summary>
    public string ResumedText { get; internal set; } = "";

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The stream is being read already.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, and with it the request.</exception>
    public IAsyncEnumerator<GenerationEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Increment(ref _readers) > 1)
            throw new InvalidOperationException("A generation stream can be read only once.");
        return ReadAsync(cancellationToken).GetAsyncEnumerator(CancellationToken.None);
    }

    /// <summary>Cancels the request if it has not ended.</summary>
    public ValueTask DisposeAsync()
    {
        Leave();
        return ValueTask.CompletedTask;
    }

    internal void Post(PrefillStarted started)
    {
        lock (_gate)
            _started = started;
        _changed.Writer.TryWrite(true);
    }

    internal void Post(int tokenId, string text, TokenLogprob? logprob)
    {
        lock (_gate)
        {
            _tokenIds.Add(tokenId);
            _text.Append(text);
            if (logprob is not null)
                _logprobs.Add(logprob);
        }
        _changed.Writer.TryWrite(true);
    }

    internal void Post(GenerationFinished finished)
    {
        lock (_gate)
            (_finished, _ended) = (finished, true);
        _changed.Writer.TryWrite(true);
    }

    private async IAsyncEnumerable<GenerationEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (Take() is not { } next)
                {
                    await _changed.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                    continue;
                }
                yield return next;
                if (next is GenerationFinished)
                    yield break;
            }
        }
        finally
        {
            Leave();
        }
    }

    private GenerationEvent? Take()
    {
        lock (_gate)
        {
            if (_started is { } started)
            {
                _started = null;
                return started;
            }
            if (_tokenIds.Count == 0)
                return _finished;
            var tokens = new TokensGenerated([.. _tokenIds], _text.ToString(), [.. _logprobs]);
            _tokenIds.Clear();
            _text.Clear();
            _logprobs.Clear();
            return tokens;
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (_ended)
                return;
            _ended = true;
        }
        _cancel();
    }
}
