using GPT4RoI.Contracts.Errors;

namespace GPT4RoI.Contracts.Conversations;

/// <summary>The list of a tenant's conversations. Key: the tenant's id. Touched on create, list and delete only, never per turn.</summary>
[Alias("gpt4roi.ITenantGrain")]
public interface ITenantGrain : IGrainWithStringKey
{
    /// <summary>Adds an entry, or RESOURCE_EXHAUSTED when the tenant has its full number of conversations.</summary>
    [Alias("Add")]
    Task<Outcome<bool>> AddAsync(ConversationEntry entry, CancellationToken cancellationToken);

    /// <summary>Removes an entry; false if it was not there.</summary>
    [Alias("Remove")]
    Task<bool> RemoveAsync(string conversationId, CancellationToken cancellationToken);

    /// <summary>Newest first, after <paramref name="pageToken"/> (a conversation id of the page before, or empty).</summary>
    [Alias("List")]
    Task<ConversationPage> ListAsync(int pageSize, string pageToken, CancellationToken cancellationToken);
}

/// <summary>One line of a tenant's list.</summary>
[GenerateSerializer, Immutable]
[Alias("gpt4roi.ConversationEntry")]
public sealed record ConversationEntry(
    [property: Id(0)] string ConversationId,
    [property: Id(1)] string ImageId,
    [property: Id(2)] DateTimeOffset CreatedAt);

/// <summary>A page of the list; an empty token means the end.</summary>
[GenerateSerializer, Immutable]
[Alias("gpt4roi.ConversationPage")]
public sealed record ConversationPage(
    [property: Id(0)] IReadOnlyList<ConversationEntry> Entries,
    [property: Id(1)] string NextPageToken);
