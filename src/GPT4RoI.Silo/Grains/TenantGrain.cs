using GPT4RoI.Contracts;
using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Contracts.Errors;
using GPT4RoI.Silo.Errors;
using GPT4RoI.Silo.Placement;
using Microsoft.Extensions.Options;

namespace GPT4RoI.Silo.Grains;

/// <summary>A tenant's list of conversations, bounded.</summary>
[RequireRole(Roles.Llm)]
internal sealed class TenantGrain(
    [PersistentState("tenant", GrainStorage.Name)] IPersistentState<TenantState> state, IOptions<ConversationOptions> options)
    : Grain, ITenantGrain
{
    private List<ConversationEntry> Conversations => state.State.Conversations;

    /// <inheritdoc />
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        GrainStorage.RequireReadable(state.State.Version, TenantState.CurrentVersion, "tenant");
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async Task<Outcome<bool>> AddAsync(ConversationEntry entry, CancellationToken cancellationToken)
    {
        var limit = options.Value.MaxConversationsPerTenant;
        if (Conversations.Exists(known => known.ConversationId == entry.ConversationId))
        {
            return true;
        }
        if (Conversations.Count >= limit)
        {
            return SiloErrors.OverLimit(ErrorCode.ResourceExhausted, "TOO_MANY_CONVERSATIONS", "conversations per tenant", limit, Conversations.Count + 1);
        }
        Conversations.Add(entry);
        await SaveAsync(undo: () => Conversations.Remove(entry), cancellationToken);
        return true;
    }

    /// <inheritdoc />
    public async Task<bool> RemoveAsync(string conversationId, CancellationToken cancellationToken)
    {
        var at = IndexOf(conversationId);
        if (at < 0)
        {
            return false;
        }
        var entry = Conversations[at];
        Conversations.RemoveAt(at);
        await SaveAsync(undo: () => Conversations.Insert(at, entry), cancellationToken);
        return true;
    }

    /// <inheritdoc />
    public Task<ConversationPage> ListAsync(int pageSize, string pageToken, CancellationToken cancellationToken)
    {
        // the token's entry may have been deleted since: the list starts again then, which repeats entries but never hides one
        var end = IndexOf(pageToken) is var at and >= 0 ? at : Conversations.Count;
        var start = Math.Max(0, end - Math.Clamp(pageSize, 1, options.Value.MaxPageSize));
        var page = Conversations[start..end];
        page.Reverse();
        return Task.FromResult(new ConversationPage(page, start > 0 ? Conversations[start].ConversationId : ""));
    }

    private int IndexOf(string conversationId) => Conversations.FindIndex(entry => entry.ConversationId == conversationId);

    private async Task SaveAsync(Action undo, CancellationToken cancellationToken)
    {
        try
        {
            await state.WriteStateAsync(cancellationToken);
        }
        catch
        {
            undo();
            throw;
        }
    }
}
