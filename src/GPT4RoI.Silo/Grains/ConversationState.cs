using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Contracts.Images;

namespace GPT4RoI.Silo.Grains;

/// <summary>What is stored of a conversation.</summary>
internal sealed class ConversationState
{
    /// <summary>The layout that this code writes. A reader of an older layout converts it; a newer one is refused.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The layout of this state.</summary>
    public int Version { get; set; } = CurrentVersion;

    /// <summary>The image; null until the conversation is created.</summary>
    public ImageDescriptor? Image { get; set; }

    /// <summary>When it was created.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Finished turns, oldest first.</summary>
    public List<TurnRecord> Turns { get; set; } = [];

    /// <summary>The newest of them once more, for a reader that lost its end on the way.</summary>
    public LastTurn? Last { get; set; }
}

/// <summary>All that a turn's reader needs to go on anywhere in it.</summary>
/// <param name="TurnId">Names the turn.</param>
/// <param name="Before">Tokens before the first known one.</param>
/// <param name="TokenIds">The tokens from there on.</param>
/// <param name="Finished">Its last event.</param>
internal sealed record LastTurn(string TurnId, int Before, IReadOnlyList<int> TokenIds, TurnFinished Finished)
{
    /// <summary>The events after what a reader has. Log-probabilities are not kept.</summary>
    public IEnumerable<TurnEvent> After(RelayedAnswer relayed)
    {
        int[] rest = [.. TokenIds.Skip(relayed.Tokens - Before)];
        var text = RelayedAnswer.Skip(Finished.Answer, relayed.TextBytes);
        return rest.Length > 0 || text.Length > 0 ? [new TurnTokens(rest, text, []), Finished] : [Finished];
    }
}
