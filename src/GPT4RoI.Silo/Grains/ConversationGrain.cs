using System.Runtime.CompilerServices;
using GPT4RoI.Contracts;
using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Contracts.Errors;
using GPT4RoI.Contracts.Images;
using GPT4RoI.Contracts.Keys;
using GPT4RoI.Silo.Errors;
using GPT4RoI.Silo.Placement;
using GPT4RoI.Silo.Turns;
using Microsoft.Extensions.Options;
using Orleans.Storage;

namespace GPT4RoI.Silo.Grains;

/// <summary>
/// Owns one conversation's history and runs one turn at a time. A turn becomes history when its reader takes the last event: a call that is
/// cancelled before leaves no trace. Reads of a running stream interleave with other calls, so a second question and a delete get through.
/// </summary>
[RequireRole(Roles.Llm)]
[ImageAffinity]
internal sealed partial class ConversationGrain(
    [PersistentState("conversation", GrainStorage.Name)] IPersistentState<ConversationState> state,
    TurnRunner runner, IOptions<ConversationOptions> options, TimeProvider time, ILogger<ConversationGrain> logger)
    : Grain, IConversationGrain, IAsyncDisposable
{
    private RunningTurn? _turn;
    private string _turnId = "";
    private int _tokensBefore;
    private List<int> _tokens = [];
    private TaskCompletionSource _idle = new();
    private Task<ClusterError?>? _commit;

    private (string TenantId, string ConversationId) Key => GrainKeys.ParseConversation(this.GetPrimaryKeyString());

    /// <inheritdoc />
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        GrainStorage.RequireReadable(state.State.Version, ConversationState.CurrentVersion, "conversation");
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async Task<Outcome<ConversationInfo>> CreateAsync(ImageDescriptor image, CancellationToken cancellationToken)
    {
        if (state.State.Image is null)
        {
            (state.State.Image, state.State.CreatedAt) = (image, time.GetUtcNow());
            await state.WriteStateAsync(cancellationToken);
        }
        return Describe(state.State.Image);
    }

    /// <inheritdoc />
    public Task<Outcome<ConversationInfo>> GetAsync(CancellationToken cancellationToken) =>
        Task.FromResult<Outcome<ConversationInfo>>(state.State.Image is { } image ? Describe(image) : SiloErrors.ConversationNotFound);

    /// <inheritdoc />
    public async Task<bool> DeleteAsync(CancellationToken cancellationToken)
    {
        if (state.State.Image is null)
        {
            return false;
        }
        state.State.Image = null;
        _turn?.End(new TurnFailed(SiloErrors.ConversationDeleted));
        if (_commit is { } commit)
        {
            await commit;
        }
        await state.ClearStateAsync(cancellationToken);
        return true;
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<TurnEvent> AskAsync(AskRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_turn is { } running && _turnId == request.TurnId && request.TurnId.Length > 0)
        {
            await TakeOverAsync(running); // its reader has lost sight of it, or would not ask again
        }
        // a client that has just cancelled may ask again at once
        while (_turn is { IsEnding: true })
        {
            await _idle.Task.WaitAsync(cancellationToken);
        }
        if (state.State.Last is { } last && last.TurnId == request.TurnId && request.TurnId.Length > 0)
        {
            foreach (var turnEvent in state.State.Turns[^1].Question == request.Question ? last.After(request.Relayed) : [new TurnFailed(SiloErrors.TurnIdUsed)])
            {
                yield return turnEvent;
            }
            yield break;
        }
        if (Refuse(request) is { } refusal)
        {
            yield return new TurnFailed(refusal);
            yield break;
        }
        if (_turnId == request.TurnId && request.TurnId.Length > 0 && _tokensBefore == 0 && request.Relayed.Tokens <= _tokens.Count)
        {
            request = request with { Relayed = request.Relayed with { TokenIds = [.. _tokens.Take(request.Relayed.Tokens)] } };
        }
        var plan = Plan(request, state.State.Image!);
        var idle = _idle = new TaskCompletionSource();
        List<int> tokens = [.. request.Relayed.TokenIds];
        (_turnId, _tokensBefore, _tokens) = (request.TurnId, request.Relayed.Tokens - tokens.Count, tokens);
        var turn = _turn = new RunningTurn((emit, ending) => runner.RunAsync(plan, emit, ending), cancellationToken);
        try
        {
            await foreach (var turnEvent in turn.EventsAsync(cancellationToken))
            {
                tokens.AddRange((turnEvent as TurnTokens)?.TokenIds ?? []);
                yield return turnEvent switch
                {
                    TurnFinished when _turn != turn => new TurnFailed(SiloErrors.TurnInProgress), // taken over before its end was read
                    TurnFinished finished => await CommitAsync(request, new(_turnId, _tokensBefore, tokens, finished)),
                    _ => turnEvent,
                };
            }
        }
        finally
        {
            await turn.DisposeAsync();
            if (_turn == turn)
            {
                _turn = null;
            }
            idle.TrySetResult();
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _turn?.DisposeAsync() ?? ValueTask.CompletedTask;

    // Does not wait for the reader, who may be gone with its gateway.
    private async Task TakeOverAsync(RunningTurn running)
    {
        running.End(new TurnFailed(SiloErrors.TurnInProgress));
        if (_commit is { } commit)
        {
            await commit;
        }
        await running.DisposeAsync();
        if (_turn == running)
        {
            _turn = null;
            _idle.TrySetResult();
        }
    }

    private ClusterError? Refuse(AskRequest request)
    {
        var (limits, history) = (options.Value, state.State.Turns);
        var regions = history.Sum(turn => turn.NewRegions.Count) + request.NewRegions.Count;
        if (state.State.Image is null)
        {
            return SiloErrors.ConversationNotFound;
        }
        if (_turn is not null)
        {
            return SiloErrors.TurnInProgress;
        }
        if (history.Count >= limits.MaxTurns)
        {
            return SiloErrors.OverLimit(ErrorCode.FailedPrecondition, "TOO_MANY_TURNS", "turns per conversation", limits.MaxTurns, history.Count + 1);
        }
        return regions > limits.MaxRegions
            ? SiloErrors.OverLimit(ErrorCode.InvalidArgument, "TOO_MANY_REGIONS", "regions per conversation", limits.MaxRegions, regions, "new_regions")
            : null;
    }

    private TurnPlan Plan(AskRequest request, ImageDescriptor image) => new(
        $"{Key.ConversationId}/{Guid.NewGuid():n}", Key.TenantId, image, [.. state.State.Turns], request.Question, request.NewRegions, request.Sampling)
    {
        Relayed = request.Relayed,
    };

    private ConversationInfo Describe(ImageDescriptor image) => new(Key.ConversationId, image, state.State.CreatedAt, [.. state.State.Turns]);

    private async Task<TurnEvent> CommitAsync(AskRequest request, LastTurn turn)
    {
        _commit = SaveAsync(new TurnRecord(request.Question, request.NewRegions, turn.Finished.Answer), turn);
        try
        {
            return await _commit is { } error ? new TurnFailed(error) : turn.Finished;
        }
        finally
        {
            _commit = null;
        }
    }

    private async Task<ClusterError?> SaveAsync(TurnRecord record, LastTurn turn)
    {
        if (state.State.Image is null)
        {
            return SiloErrors.ConversationDeleted;
        }
        var before = state.State.Last;
        state.State.Turns.Add(record);
        state.State.Last = turn;
        try
        {
            await state.WriteStateAsync(CancellationToken.None);
            return null;
        }
        catch (InconsistentStateException exception)
        {
            // another activation wrote, or an earlier write arrived although it was reported lost: what is stored counts
            LogNotSaved(exception, Key.ConversationId);
            await state.ReadStateAsync(CancellationToken.None);
            return turn.TurnId.Length > 0 && state.State.Last?.TurnId == turn.TurnId ? null : SiloErrors.StoreUnavailable;
        }
        catch (Exception exception)
        {
            LogNotSaved(exception, Key.ConversationId);
            state.State.Turns.Remove(record);
            state.State.Last = before;
            return SiloErrors.StoreUnavailable;
        }
    }

    [LoggerMessage(20, LogLevel.Error, "A turn of conversation {ConversationId} was answered but could not be saved")]
    private partial void LogNotSaved(Exception exception, string conversationId);
}
