using System.Text;
using GPT4RoI.Engine.Execution.Sampling;
using GPT4RoI.Engine.Requests;
using GPT4RoI.Engine.Scheduling;

namespace GPT4RoI.Engine.Execution;

/// <summary>A request from submission to its end: its sequence, its text so far, its clock and its listener.</summary>
internal sealed class ActiveRequest
{
    private readonly GenerationRequest _request;
    private readonly int _eosTokenId;
    private readonly AnswerText _text;
    private readonly TokenHistory _history;
    private readonly ulong _seed;
    private readonly TimeProvider _time;
    private readonly long _submitted;
    private long? _admitted;
    private long? _firstToken;
    private long _lastToken;
    private int _outputLength;

    /// <param name="sequence">Its tokens; only the step thread changes them from now on.</param>
    /// <param name="eosTokenId">Ends the answer.</param>
    /// <param name="text">Fresh; has seen no token.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Called at most once, on any thread, when the reader goes away.</param>
    public ActiveRequest(Sequence sequence, int eosTokenId, AnswerText text, TimeProvider time, Action<ActiveRequest> cancel)
    {
        Sequence = sequence;
        _request = sequence.Request;
        _eosTokenId = eosTokenId;
        _text = text;
        _time = time;
        _submitted = sequence.WaitingSince = time.GetTimestamp();
        _seed = _request.Sampling.Seed ?? (ulong)Random.Shared.NextInt64();
        _history = new TokenHistory(_request.PromptTokenIds);
        Stream = new GenerationStream(() => cancel(this));
        // The text of resumed tokens was emitted by whoever generated them; what they held back is held back here as well.
        var resumed = new StringBuilder();
        foreach (var token in _request.ResumeTokenIds)
        {
            _history.Append(token);
            Read(token, out var part);
            resumed.Append(part);
        }
        Stream.ResumedText = resumed.ToString();
    }

    /// <summary>Its tokens.</summary>
    public Sequence Sequence { get; }

    /// <summary>Its listener's end.</summary>
    public GenerationStream Stream { get; }

    /// <summary>Names it in logs.</summary>
    public string RequestId => _request.RequestId;

    /// <summary>Who pays.</summary>
    public string TenantId => _request.TenantId;

    /// <summary>Still in the queue for the first time.</summary>
    public bool NeverAdmitted => _admitted is null;

    /// <summary>Why it is at its end, or null: a resumed request may have been complete already.</summary>
    public FinishReason? Ending { get; private set; }

    /// <summary>Submission to first admission; 0 before it.</summary>
    public TimeSpan QueueTime => _time.GetElapsedTime(_submitted, _admitted ?? _submitted);

    /// <summary>Submission to first token; 0 before it.</summary>
    public TimeSpan TimeToFirstToken => _time.GetElapsedTime(_submitted, _firstToken ?? _submitted);

    /// <summary>First to last token.</summary>
    public TimeSpan Decode => _firstToken is { } first ? _time.GetElapsedTime(first, _lastToken) : TimeSpan.Zero;

    /// <summary>Tokens generated here, resumed ones left out.</summary>
    public int NewTokens => Sequence.OutputLength - _request.ResumeTokenIds.Count;

    /// <summary>The queue let it go for the first time; tells the listener.</summary>
    public void Admit()
    {
        _admitted = _time.GetTimestamp();
        Stream.Post(new PrefillStarted(Sequence.CachedTokens ?? 0));
    }

    /// <summary>Chooses the next token from its logits. A function of the request and its tokens alone.</summary>
    public SampledToken Sample(Sampler sampler, ReadOnlySpan<float> logits) =>
        sampler.Sample(logits, _request.Sampling, _seed, Sequence.OutputLength, _history);

    /// <summary>Takes note of the token that was just appended to its sequence, and tells the listener.</summary>
    public void Append(SampledToken token)
    {
        _lastToken = _time.GetTimestamp();
        _firstToken ??= _lastToken;
        _history.Append(token.TokenId);
        Read(token.TokenId, out var text);
        Stream.Post(token.TokenId, text, token.Logprob);
    }

    /// <summary>Tells the listener that it is over.</summary>
    public void Finish(FinishReason reason) => Stream.Post(new GenerationFinished(
        reason,
        new GenerationUsage(Sequence.PromptLength, Sequence.CachedTokens ?? 0, Sequence.OutputLength, Sequence.Preemptions),
        Timings()));

    private void Read(int token, out string text)
    {
        _outputLength++;
        var sampling = _request.Sampling;
        var ends = (token == _eosTokenId && !sampling.IgnoreEos) || sampling.StopTokenIds.Contains(token);
        text = ends ? "" : _text.Append(token);
        if (ends || _text.Stopped)
            Ending = FinishReason.Stop;
        else if (_outputLength == Sequence.MaxLength - Sequence.PromptLength)
            Ending = FinishReason.Length;
        if (Ending is not null)
            text += _text.Finish();
    }

    private GenerationTimings Timings()
    {
        var now = _time.GetTimestamp();
        return new GenerationTimings(
            _time.GetElapsedTime(_submitted, _admitted ?? now),
            _admitted is { } admitted ? _time.GetElapsedTime(admitted, _firstToken ?? now) : TimeSpan.Zero,
            Decode);
    }
}
