using Grpc.Core;

namespace GPT4RoI.Client;

/// <summary>
/// One event of an answer: a <see cref="StageUpdate"/>, a <see cref="TokensUpdate"/> or the last one, a <see cref="FinishedUpdate"/>.
/// </summary>
public abstract record AskUpdate
{
    private protected AskUpdate() { }

    /// <summary>Text to append to the answer; empty unless this is a <see cref="TokensUpdate"/>.</summary>
    public virtual string Text => "";
}

/// <summary>A stage before the first token has begun.</summary>
/// <param name="Stage">The stage.</param>
public sealed record StageUpdate(Stage Stage) : AskUpdate;

/// <summary>New tokens. The text is always whole characters and may lag behind the ids.</summary>
/// <param name="Text">Text to append to the answer.</param>
/// <param name="TokenIds">Ids of the new tokens.</param>
/// <param name="Logprobs">One entry per token, if <see cref="SamplingOptions.TopLogprobs"/> asked for them.</param>
public sealed record TokensUpdate(string Text, IReadOnlyList<int> TokenIds, IReadOnlyList<TokenLogprobs> Logprobs) : AskUpdate
{
    /// <inheritdoc/>
    public override string Text { get; } = Text;
}

/// <summary>The end of an answer; nothing follows.</summary>
/// <param name="Answer">The whole answer with its figures.</param>
public sealed record FinishedUpdate(Answer Answer) : AskUpdate;

/// <summary>One region has no answer; the others go on. Only in <see cref="Gpt4RoiClient.DescribeRegionsAsync"/>.</summary>
/// <param name="Code">The kind of failure.</param>
/// <param name="Reason">A stable UPPER_SNAKE_CASE name for programs.</param>
/// <param name="Message">One sentence for a person.</param>
/// <param name="Field">Path of the offending request field, if there is one.</param>
public sealed record FailedUpdate(StatusCode Code, string Reason, string Message, string? Field) : AskUpdate;

/// <summary>An event of one region's answer.</summary>
/// <param name="RegionId">Whose answer it is.</param>
/// <param name="Update">What happened.</param>
public sealed record RegionUpdate(int RegionId, AskUpdate Update);

/// <summary>The stages before the first token, in order.</summary>
public enum Stage
{
    /// <summary>The server reported a stage that this version of the client does not know.</summary>
    Unknown,

    /// <summary>Accepted, waiting for its turn.</summary>
    Queued,

    /// <summary>The image encoder is at work, or its features are being fetched.</summary>
    Encoding,

    /// <summary>Boxes are being turned into region vectors.</summary>
    Regions,

    /// <summary>The language model is reading the prompt.</summary>
    Prefill,
}

/// <summary>A token with its natural-log probability.</summary>
/// <param name="TokenId">The token's id.</param>
/// <param name="Text">The token as text; may be empty or part of a character.</param>
/// <param name="Logprob">Natural logarithm of its probability.</param>
public sealed record TokenLogprob(int TokenId, string Text, float Logprob);

/// <summary>A generated token's log-probability and the most likely alternatives at its position, best first.</summary>
/// <param name="Chosen">The token that was chosen.</param>
/// <param name="Alternatives">As many as were asked for.</param>
public sealed record TokenLogprobs(TokenLogprob Chosen, IReadOnlyList<TokenLogprob> Alternatives);
