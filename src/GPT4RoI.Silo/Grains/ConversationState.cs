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
}
