namespace GPT4RoI.Engine.Requests;

/// <summary>What happens to a submitted request, in order: <see cref="PrefillStarted"/>, any number of <see cref="TokensGenerated"/>, one <see cref="GenerationFinished"/>.</summary>
public abstract record GenerationEvent;

/// <summary>The request left the queue.</summary>
/// <param name="CachedTokens">Prompt tokens found in the prefix cache.</param>
public sealed record PrefillStarted(int CachedTokens) : GenerationEvent;

/// <summary>New tokens. Text may lag behind the ids: half a UTF-8 character or a possible stop text is held back.</summary>
public sealed record TokensGenerated(IReadOnlyList<int> TokenIds, string Text, IReadOnlyList<TokenLogprob> Logprobs) : GenerationEvent;

/// <summary>Natural-log probability of a token after all penalties and biases, before temperature, with the most likely alternatives.</summary>
public sealed record TokenLogprob(int TokenId, float Logprob, IReadOnlyList<(int TokenId, float Logprob)> Alternatives);

/// <summary>The end. After it the request holds no blocks.</summary>
public sealed record GenerationFinished(FinishReason Reason, GenerationUsage Usage, GenerationTimings Timings) : GenerationEvent;

/// <summary>Why a sequence ended.</summary>
public enum FinishReason
{
    /// <summary>End-of-sequence, a stop token or a stop text.</summary>
    Stop,

    /// <summary>MaxTokens or the model's length.</summary>
    Length,

    /// <summary>Its caller went away.</summary>
    Cancelled,

    /// <summary>Its own computation failed, for example a NaN; others go on.</summary>
    Failed,

    /// <summary>It waited for its turn longer than the engine lets a request wait.</summary>
    TimedOut,

    /// <summary>The engine stopped before it ended. It can go on elsewhere from its tokens.</summary>
    Interrupted,
}

/// <summary>Token counts of one request.</summary>
public sealed record GenerationUsage(int PromptTokens, int CachedTokens, int OutputTokens, int Preemptions);

/// <summary>Durations of one request: waiting for admission, admission to first token, first to last token.</summary>
public sealed record GenerationTimings(TimeSpan Queue, TimeSpan Prefill, TimeSpan Decode);
