using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Contracts.Errors;
using GPT4RoI.Contracts.Images;
using GPT4RoI.Contracts.Keys;
using GPT4RoI.Gateway.Tenants;
using Microsoft.Extensions.Caching.Memory;

namespace GPT4RoI.Gateway.Cluster;

/// <summary>
/// Which image a conversation is about: needed to read boxes in pixels. It never changes, so it is remembered; a conversation that another
/// gateway has deleted is found out by the conversation's own grain.
/// </summary>
internal sealed class ConversationImages(IGrainFactory grains) : IDisposable
{
    private const int Remembered = 100_000;

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly MemoryCache _images = new(new MemoryCacheOptions { SizeLimit = Remembered });

    /// <summary>The conversation's image, or NOT_FOUND.</summary>
    public async ValueTask<Outcome<ImageDescriptor>> FindAsync(Tenant tenant, string conversationId, CancellationToken cancellationToken)
    {
        var key = GrainKeys.Conversation(tenant.Id, conversationId);
        if (_images.TryGetValue(key, out ImageDescriptor? known) && known is not null)
        {
            return known;
        }
        var outcome = await grains.GetGrain<IConversationGrain>(key).GetAsync(cancellationToken);
        if (!outcome.TryGet(out var conversation, out var error))
        {
            return error;
        }
        Remember(tenant, conversation);
        return conversation.Image;
    }

    /// <summary>Notes a conversation that was just made or read.</summary>
    public void Remember(Tenant tenant, ConversationInfo conversation) => _images.Set(
        GrainKeys.Conversation(tenant.Id, conversation.ConversationId),
        conversation.Image,
        new MemoryCacheEntryOptions { Size = 1, SlidingExpiration = Lifetime });

    /// <summary>Forgets a conversation that was deleted.</summary>
    public void Forget(Tenant tenant, string conversationId) => _images.Remove(GrainKeys.Conversation(tenant.Id, conversationId));

    public void Dispose() => _images.Dispose();
}
