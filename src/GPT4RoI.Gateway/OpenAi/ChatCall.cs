using GPT4RoI.Contracts.Conversations;

namespace GPT4RoI.Gateway.OpenAi;

/// <summary>A request, read and checked.</summary>
/// <param name="Head">What every piece of its answer carries.</param>
/// <param name="Request">What the cluster is asked.</param>
/// <param name="Stream">Answer piece by piece.</param>
/// <param name="WithUsage">End the stream with what it cost.</param>
/// <param name="Alternatives">How many alternatives to tell per token; null tells no log-probabilities.</param>
internal sealed record ChatCall(ChatHead Head, ChatRequest Request, bool Stream, bool WithUsage, int? Alternatives)
{
    /// <summary>The log-probabilities of a piece, if they were asked for.</summary>
    public ChatLogprobs? Logprobs(IEnumerable<TokenLogprob> tokens) => Alternatives is { } count ? ChatLogprobs.Of(tokens, count) : null;
}

/// <summary>What is the same in all of an answer.</summary>
/// <param name="Id">Of the answer.</param>
/// <param name="Created">Seconds since 1970.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Fingerprint">Of its weights: the same seed gives the same answer only under the same one.</param>
internal sealed record ChatHead(string Id, long Created, string Model, string Fingerprint);
