using GPT4RoI.Contracts.Errors;
using GPT4RoI.Contracts.Images;
using GPT4RoI.Contracts.Regions;
using GPT4RoI.Contracts.Sampling;

namespace GPT4RoI.Contracts.Conversations;

/// <summary>
/// One conversation about one image, on an llm silo. Key: <see cref="Keys.GrainKeys.Conversation"/>. Owns the history; runs one turn at a time.
/// </summary>
[Alias("gpt4roi.IConversationGrain")]
public interface IConversationGrain : IGrainWithStringKey
{
    /// <summary>Makes the conversation exist. Called once, by the gateway, after it found the image to be the tenant's.</summary>
    [Alias("Create")]
    Task<Outcome<ConversationInfo>> CreateAsync(ImageDescriptor image, CancellationToken cancellationToken);

    /// <summary>The conversation with its turns, or NOT_FOUND.</summary>
    [Alias("Get")]
    Task<Outcome<ConversationInfo>> GetAsync(CancellationToken cancellationToken);

    /// <summary>Ends a running turn and forgets everything. False if there was nothing.</summary>
    [Alias("Delete")]
    Task<bool> DeleteAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Asks one question and streams its answer. Cancelling frees the engine's blocks within one step and leaves the history as it was. The same turn
    /// asked again goes on after what its reader has, whether it was lost with its node, is still running, or has become history.
    /// </summary>
    [Alias("Ask")]
    IAsyncEnumerable<TurnEvent> AskAsync(AskRequest request, CancellationToken cancellationToken);
}

/// <summary>One question.</summary>
/// <param name="Question">The user's words; <c>&lt;regionN&gt;</c> refers to regions, everything else is plain text.</param>
/// <param name="NewRegions">Regions first mentioned in this question.</param>
/// <param name="Sampling">How to choose tokens.</param>
[GenerateSerializer, Immutable]
[Alias("gpt4roi.AskRequest")]
public sealed record AskRequest(
    [property: Id(0)] string Question,
    [property: Id(1)] IReadOnlyList<Region> NewRegions,
    [property: Id(2)] SamplingSettings Sampling)
{
    /// <summary>Names the turn, so that it can be asked again. Empty: it cannot.</summary>
    [Id(3)] public string TurnId { get; init; } = "";

    /// <summary>What the reader has of the answer.</summary>
    [Id(4)] public RelayedAnswer Relayed { get; init; } = RelayedAnswer.Nothing;
}

/// <summary>What a reader has of an answer that was cut off: the rest follows it without a gap or a repetition.</summary>
/// <param name="Tokens">How many tokens.</param>
/// <param name="TextBytes">Bytes (UTF-8) of the text that came with them.</param>
[GenerateSerializer, Immutable]
[Alias("gpt4roi.RelayedAnswer")]
public sealed record RelayedAnswer([property: Id(0)] int Tokens, [property: Id(1)] int TextBytes)
{
    /// <summary>Nothing yet.</summary>
    public static RelayedAnswer Nothing { get; } = new(0, 0);

    /// <summary>The tokens, if they are known: they need not be generated again. All of them or none.</summary>
    [Id(2)] public IReadOnlyList<int> TokenIds { get; init; } = [];

    /// <summary>What is left of a text without its first bytes (UTF-8), which end with a character.</summary>
    public static string Skip(string text, int bytes)
    {
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (bytes <= 0)
            {
                break;
            }
            bytes -= rune.Utf8SequenceLength;
            at += rune.Utf16SequenceLength;
        }
        return text[at..];
    }
}

/// <summary>A finished turn.</summary>
[GenerateSerializer, Immutable]
[Alias("gpt4roi.TurnRecord")]
public sealed record TurnRecord(
    [property: Id(0)] string Question,
    [property: Id(1)] IReadOnlyList<Region> NewRegions,
    [property: Id(2)] string Answer);

/// <summary>A conversation as its owner sees it.</summary>
[GenerateSerializer, Immutable]
[Alias("gpt4roi.ConversationInfo")]
public sealed record ConversationInfo(
    [property: Id(0)] string ConversationId,
    [property: Id(1)] ImageDescriptor Image,
    [property: Id(2)] DateTimeOffset CreatedAt,
    [property: Id(3)] IReadOnlyList<TurnRecord> Turns);
