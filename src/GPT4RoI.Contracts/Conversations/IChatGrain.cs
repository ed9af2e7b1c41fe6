using GPT4RoI.Contracts.Images;
using GPT4RoI.Contracts.Regions;
using GPT4RoI.Contracts.Sampling;

namespace GPT4RoI.Contracts.Conversations;

/// <summary>
/// Answers the last question of a conversation that its client keeps: every request brings the whole history, and nothing is stored. Llm silo. The key is
/// the same for every turn of a conversation, so that they meet the prefix that the one before left in the KV cache.
/// </summary>
[Alias("gpt4roi.IChatGrain")]
public interface IChatGrain : IGrainWithStringKey
{
    /// <summary>Streams the answer. Cancelling frees the engine's blocks within one step.</summary>
    [Alias("Answer")]
    IAsyncEnumerable<TurnEvent> AnswerAsync(ChatRequest request, CancellationToken cancellationToken);
}

/// <summary>A conversation and its next question.</summary>
/// <param name="TenantId">Whose request it is.</param>
/// <param name="Image">What it is about.</param>
/// <param name="History">Finished turns, oldest first, in the client's words.</param>
/// <param name="Question">The user's words; <c>&lt;regionN&gt;</c> refers to regions, everything else is plain text.</param>
/// <param name="NewRegions">Regions first mentioned in the question.</param>
/// <param name="Sampling">How to choose tokens.</param>
[GenerateSerializer, Immutable]
[Alias("gpt4roi.ChatRequest")]
public sealed record ChatRequest(
    [property: Id(0)] string TenantId,
    [property: Id(1)] ImageDescriptor Image,
    [property: Id(2)] IReadOnlyList<TurnRecord> History,
    [property: Id(3)] string Question,
    [property: Id(4)] IReadOnlyList<Region> NewRegions,
    [property: Id(5)] SamplingSettings Sampling)
{
    /// <summary>What the reader has of the answer.</summary>
    [Id(6)] public RelayedAnswer Relayed { get; init; } = RelayedAnswer.Nothing;
}
