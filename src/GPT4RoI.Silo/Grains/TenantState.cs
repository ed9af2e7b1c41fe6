using GPT4RoI.Contracts.Conversations;

namespace GPT4RoI.Silo.Grains;

/// <summary>What is stored of a tenant.</summary>
internal sealed class TenantState
{
    /// <summary>The layout that this code writes.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The layout of this state.</summary>
    public int Version { get; set; } = CurrentVersion;

    /// <summary>The tenant's conversations, oldest first.</summary>
    public List<ConversationEntry> Conversations { get; set; } = [];
}
