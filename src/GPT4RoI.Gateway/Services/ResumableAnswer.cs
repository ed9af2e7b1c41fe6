using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Contracts.Errors;

namespace GPT4RoI.Gateway.Services;

/// <summary>The answer to one question.</summary>
/// <param name="ask">Asks a grain for what follows after what its reader has.</param>
/// <param name="before">What the client had of the answer before this call.</param>
internal sealed class ResumableAnswer(Func<RelayedAnswer, CancellationToken, IAsyncEnumerable<TurnEvent>> ask, RelayedAnswer before) : IResumable<TurnEvent>
{
    private readonly AnswerProgress _progress = new(before);

    /// <summary>A conversation's answer.</summary>
    /// <param name="grain">The conversation.</param>
    /// <param name="question">The question, with the name of its turn and what the client has of its answer.</param>
    public ResumableAnswer(IConversationGrain grain, AskRequest question)
        : this((relayed, token) => grain.AskAsync(question with { Relayed = relayed }, token), question.Relayed)
    {
    }

    /// <summary>True after the last event.</summary>
    public bool HasEnded => _progress.HasEnded;

    /// <summary>What it cost; null unless it came to a good end.</summary>
    public TurnUsage? Usage => _progress.Usage;

    /// <inheritdoc/>
    public IAsyncEnumerable<TurnEvent> Open(CancellationToken cancellationToken) => ask(_progress.Relayed, cancellationToken);

    /// <inheritdoc/>
    public bool TryTake(TurnEvent happened) => _progress.TryTake(happened);

    /// <inheritdoc/>
    public ClusterError? Failure(TurnEvent happened) => (happened as TurnFailed)?.Error;
}
