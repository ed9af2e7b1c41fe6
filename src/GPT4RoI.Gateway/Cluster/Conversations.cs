using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Contracts.Errors;
using GPT4RoI.Contracts.Images;
using GPT4RoI.Contracts.Keys;
using GPT4RoI.Gateway.Tenants;

namespace GPT4RoI.Gateway.Cluster;

/// <summary>Keeps a tenant's list and its conversations together: two grains, no transaction, so every failure is undone.</summary>
internal sealed partial class Conversations(IGrainFactory grains, ConversationImages images, TimeProvider time, ILogger<Conversations> logger)
{
    /// <summary>Makes a conversation. The list comes first: it knows the tenant's limit.</summary>
    public async Task<Outcome<ConversationInfo>> CreateAsync(Tenant tenant, ImageDescriptor image, CancellationToken cancellationToken)
    {
        var id = ConversationIds.New(image);
        var entry = new ConversationEntry(id, image.ImageId, time.GetUtcNow());
        var undo = true;
        try
        {
            var listed = await grains.GetGrain<ITenantGrain>(tenant.Id).AddAsync(entry, cancellationToken);
            if (!listed.TryGet(out _, out var full))
            {
                undo = false;
                return full;
            }
            var created = await Grain(tenant, id).CreateAsync(image, cancellationToken);
            if (created.TryGet(out var conversation, out _))
            {
                undo = false;
                images.Remember(tenant, conversation);
            }
            return created;
        }
        finally
        {
            if (undo)
            {
                await UndoAsync(tenant, id);
            }
        }
    }

    /// <summary>Forgets a conversation; false if there was none.</summary>
    public async Task<bool> DeleteAsync(Tenant tenant, string conversationId, CancellationToken cancellationToken)
    {
        images.Forget(tenant, conversationId);
        var existed = await Grain(tenant, conversationId).DeleteAsync(cancellationToken);
        var listed = await grains.GetGrain<ITenantGrain>(tenant.Id).RemoveAsync(conversationId, cancellationToken);
        return existed || listed;
    }

    /// <summary>Not cancelled with the call that failed; Orleans' response timeout bounds it.</summary>
    private async Task UndoAsync(Tenant tenant, string conversationId)
    {
        try
        {
            await DeleteAsync(tenant, conversationId, CancellationToken.None);
        }
        catch (Exception exception) // the failure that led here is the one to report; what is left over is one line in the list
        {
            LogLeftOver(exception, conversationId);
        }
    }

    private IConversationGrain Grain(Tenant tenant, string id) => grains.GetGrain<IConversationGrain>(GrainKeys.Conversation(tenant.Id, id));

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Conversation {ConversationId} could not be created nor taken off its tenant's list")]
    private partial void LogLeftOver(Exception exception, string conversationId);
}
