namespace GPT4RoI.Contracts.Keys;

/// <summary>How ids become grain keys and store keys. Tenant ids and conversation ids contain no slash (the gateway sees to it).</summary>
public static class GrainKeys
{
    /// <summary>Key of <see cref="Conversations.IConversationGrain"/>: another tenant's id leads to another grain, one that does not exist.</summary>
    public static string Conversation(string tenantId, string conversationId) => $"{tenantId}/{conversationId}";

    /// <summary>The parts of a conversation key.</summary>
    public static (string TenantId, string ConversationId) ParseConversation(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return (key[..slash], key[(slash + 1)..]);
    }

    /// <summary>Store key of an uploaded image (descriptor and bytes in one envelope).</summary>
    public static string Media(string tenantId, string imageId) => $"gpt4roi:media:{tenantId}:{imageId}";

    /// <summary>Store key of one level of an image's features.</summary>
    public static string Level(string featureKey, int level) => $"gpt4roi:level:{featureKey}:{level}";

    /// <summary>Store key of a region's vector.</summary>
    public static string RegionVector(string regionKey) => $"gpt4roi:region:{regionKey}";
}
