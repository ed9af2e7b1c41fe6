using GPT4RoI.Contracts;
using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Contracts.Errors;
using GPT4RoI.Contracts.Images;
using GPT4RoI.Contracts.Keys;
using GPT4RoI.Contracts.Models;
using GPT4RoI.Contracts.Vision;

namespace GPT4RoI.Gateway.Tests.Fixtures;

internal sealed class FakeEncoderGrain(FakeState state) : Grain, IEncoderGrain
{
    public Task<Outcome<EncodeReport>> EnsureEncodedAsync(MediaRef media, CancellationToken cancellationToken)
    {
        state.Encode(media.ImageId).TrySetResult((this.GetPrimaryKeyString(), media));
        return Task.FromResult<Outcome<EncodeReport>>(new EncodeReport(false));
    }
}

internal sealed class FakeModelGrain : Grain, IModelGrain
{
    public static readonly ModelInfo Model = new("fake-model", new string('f', 64), 2048, 256, true);

    public Task<ModelInfo> GetAsync(CancellationToken cancellationToken) => Task.FromResult(Model);
}

internal sealed class FakeRolesGrain(FakeState state) : Grain, IRolesGrain
{
    public async Task<IReadOnlyList<string>> GetAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref state.RoleQuestions);
        if (state.Roles is null)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        return state.Roles ?? [];
    }
}

internal sealed class FakeTenantGrain(FakeState state) : Grain, ITenantGrain
{
    public const string FullTenant = "full";

    public Task<Outcome<bool>> AddAsync(ConversationEntry entry, CancellationToken cancellationToken) => Task.FromResult<Outcome<bool>>(
        this.GetPrimaryKeyString() == FullTenant
            ? new ClusterError(ErrorCode.ResourceExhausted, "TOO_MANY_CONVERSATIONS", "The limit is 1.", RetryAfter: TimeSpan.FromSeconds(7))
            : Entries().TryAdd(entry.ConversationId, entry));

    public Task<bool> RemoveAsync(string conversationId, CancellationToken cancellationToken) => Task.FromResult(Entries().TryRemove(conversationId, out _));

    public Task<ConversationPage> ListAsync(int pageSize, string pageToken, CancellationToken cancellationToken)
    {
        var sorted = Entries().Values.OrderByDescending(entry => entry.CreatedAt).ThenBy(entry => entry.ConversationId).ToList();
        var rest = sorted.Skip(pageToken.Length == 0 ? 0 : 1 + sorted.FindIndex(entry => entry.ConversationId == pageToken)).ToList();
        var page = rest.Take(pageSize).ToList();
        return Task.FromResult(new ConversationPage(page, rest.Count > pageSize ? page[^1].ConversationId : ""));
    }

    private System.Collections.Concurrent.ConcurrentDictionary<string, ConversationEntry> Entries() =>
        state.Tenants.GetOrAdd(this.GetPrimaryKeyString(), _ => new());
}

internal sealed class FakeConversationGrain(FakeState state) : Grain, IConversationGrain
{
    private string Key => this.GetPrimaryKeyString();

    public Task<Outcome<ConversationInfo>> CreateAsync(ImageDescriptor image, CancellationToken cancellationToken)
    {
        switch (image.Width)
        {
            case FakeState.RefusedWidth:
                return Task.FromResult<Outcome<ConversationInfo>>(new ClusterError(ErrorCode.Unavailable, "NO_LLM", "No llm silo."));
            case FakeState.ThrowingWidth:
                throw new InvalidOperationException(FakeState.Secret);
            default:
                var id = GrainKeys.ParseConversation(Key).ConversationId;
                return Task.FromResult<Outcome<ConversationInfo>>(state.Conversations[Key] = new(id, image, DateTimeOffset.UnixEpoch, []));
        }
    }

    public Task<Outcome<ConversationInfo>> GetAsync(CancellationToken cancellationToken) => Task.FromResult<Outcome<ConversationInfo>>(
        state.Conversations.TryGetValue(Key, out var conversation)
            ? conversation
            : new ClusterError(ErrorCode.NotFound, "GRAINS_OWN_REASON", $"{Key} is unknown"));

    public Task<bool> DeleteAsync(CancellationToken cancellationToken) => Task.FromResult(state.Conversations.TryRemove(Key, out _));

    public IAsyncEnumerable<TurnEvent> AskAsync(AskRequest request, CancellationToken cancellationToken)
    {
        state.Asked[Key] = request;
        return Answers.For(state, request.Question, cancellationToken);
    }
}

internal sealed class FakeChatGrain(FakeState state) : Grain, IChatGrain
{
    public IAsyncEnumerable<TurnEvent> AnswerAsync(ChatRequest request, CancellationToken cancellationToken)
    {
        state.Chatted[request.Question] = (this.GetPrimaryKeyString(), request);
        return Answers.For(state, request.Question, cancellationToken);
    }
}

internal sealed class FakeDescriberGrain(FakeState state) : Grain, IDescriberGrain
{
    public async IAsyncEnumerable<RegionEvent> DescribeAsync(
        DescribeRequest request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        state.Described[request.Question] = (this.GetPrimaryKeyString(), request);
        foreach (var region in request.Regions)
        {
            if (request.Question.StartsWith(Answers.Refuse, StringComparison.Ordinal))
            {
                yield return new(0, new TurnFailed(Answers.Refusal));
                yield break;
            }
            if (request.Question.StartsWith(Answers.FailEven, StringComparison.Ordinal) && region.Id % 2 == 0)
            {
                yield return new(region.Id, new TurnFailed(Answers.Refusal));
                continue;
            }
            await foreach (var happened in Answers.For(state, request.Question, cancellationToken))
            {
                yield return new(region.Id, happened);
            }
        }
    }
}
