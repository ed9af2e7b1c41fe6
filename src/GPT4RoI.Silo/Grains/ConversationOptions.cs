namespace GPT4RoI.Silo.Grains;

/// <summary>Section <c>Conversations</c>: limits of conversations and turns.</summary>
internal sealed class ConversationOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Conversations";

    /// <summary>Finished turns at most. <value>1..10000, default 100</value></summary>
    public int MaxTurns { get; set; } = 100;

    /// <summary>Regions of all turns together at most. <value>1..999, default 256</value></summary>
    public int MaxRegions { get; set; } = 256;

    /// <summary>Conversations of one tenant at most. <value>1..100000, default 1000</value></summary>
    public int MaxConversationsPerTenant { get; set; } = 1_000;

    /// <summary>Entries of one page of a tenant's list at most. <value>1..1000, default 100</value></summary>
    public int MaxPageSize { get; set; } = 100;

    /// <summary>Regions of one describe request that generate at the same time. <value>1..256, default 8</value></summary>
    public int MaxParallelDescriptions { get; set; } = 8;

    /// <summary>Longest turn, from question to last token. After it the turn fails and frees what it holds. <value>1 second to 1 day, default 10 minutes</value></summary>
    public TimeSpan TurnDeadline { get; set; } = TimeSpan.FromMinutes(10);
}
