using GPT4RoI.Contracts.Errors;

namespace GPT4RoI.Contracts.Conversations;

/// <summary>One event of a turn's stream: progress, then tokens, then exactly one <see cref="TurnFinished"/> or <see cref="TurnFailed"/>.</summary>
[GenerateSerializer, Immutable]
[Alias("gpt4roi.TurnEvent")]
public abstract record TurnEvent;

/// <summary>The stages of a turn before its first token, in order.</summary>
public enum TurnStage
{
    Queued,
    Encoding,
    Regions,
    Prefill,
}

/// <summary>The turn has entered a stage.</summary>
[GenerateSerializer, Immutable]
[Alias("gpt4roi.TurnProgress")]
public sealed record TurnProgress([property: Id(0)] TurnStage Stage) : TurnEvent;

/// <summary>A token and its log-probability, with the most likely alternatives at its position.</summary>
[GenerateSerializer, Immutable]
[Alias("gpt4roi.TokenLogprob")]
public sealed record TokenLogprob(
    [property: Id(0)] int TokenId,
    [property: Id(1)] string Text,
    [property: Id(2)] float Logprob,
    [property: Id(3)] IReadOnlyList<TokenLogprob> Alternatives);

/// <summary>Newly generated tokens.</summary>
/// <param name="TokenIds">The ids, in order; text may lag behind them while a UTF-8 character or a possible stop string is incomplete.</param>
/// <param name="Text">Text to append to the answer; may be empty.</param>
/// <param name="Logprobs">One per token, if asked for.</param>
[GenerateSerializer, Immutable]
[Alias("gpt4roi.TurnTokens")]
public sealed record TurnTokens(
    [property: Id(0)] IReadOnlyList<int> TokenIds,
    [property: Id(1)] string Text,
    [property: Id(2)] IReadOnlyList<TokenLogprob> Logprobs) : TurnEvent;

/// <summary>Why generation ended.</summary>
public enum TurnFinishReason
{
    /// <summary>End-of-sequence, the template's separator, or a stop string or token of the request.</summary>
    Stop,

    /// <summary>MaxTokens or the model's length was reached.</summary>
    Length,
}

/// <summary>What the turn cost, in tokens.</summary>
/// <param name="InputTokens">All prompt tokens, image and region tokens among them.</param>
/// <param name="ImageTokens">Prompt tokens that stand for the image.</param>
/// <param name="RegionTokens">Prompt tokens that stand for regions.</param>
/// <param name="CachedTokens">Prompt tokens whose keys and values were already in this tenant's prefix cache.</param>
/// <param name="OutputTokens">Generated tokens.</param>
[GenerateSerializer, Immutable]
[Alias("gpt4roi.TurnUsage")]
public sealed record TurnUsage(
    [property: Id(0)] int InputTokens,
    [property: Id(1)] int ImageTokens,
    [property: Id(2)] int RegionTokens,
    [property: Id(3)] int CachedTokens,
    [property: Id(4)] int OutputTokens);

/// <summary>Where the time went. All are durations.</summary>
[GenerateSerializer, Immutable]
[Alias("gpt4roi.TurnTimings")]
public sealed record TurnTimings(
    [property: Id(0)] TimeSpan Encoding,
    [property: Id(1)] TimeSpan Regions,
    [property: Id(2)] TimeSpan Queue,
    [property: Id(3)] TimeSpan Prefill,
    [property: Id(4)] TimeSpan Decode,
    [property: Id(5)] TimeSpan Total);

/// <summary>The turn ended well; its answer is part of the conversation's history now.</summary>
[GenerateSerializer, Immutable]
[Alias("gpt4roi.TurnFinished")]
public sealed record TurnFinished(
    [property: Id(0)] TurnFinishReason Reason,
    [property: Id(1)] string Answer,
    [property: Id(2)] TurnUsage Usage,
    [property: Id(3)] TurnTimings Timings) : TurnEvent;

/// <summary>The turn failed; the conversation is as it was before the turn.</summary>
[GenerateSerializer, Immutable]
[Alias("gpt4roi.TurnFailed")]
public sealed record TurnFailed([property: Id(0)] ClusterError Error) : TurnEvent;
