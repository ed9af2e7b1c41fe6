using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Contracts.Errors;

namespace GPT4RoI.Gateway.Services;

/// <summary>A conversation's answer to one question.</summary>
/// <param name="grain">The conversation.</param>
/// <param name="question">The question, with the name of its turn and what the client has of its answer.</param>
internal sealed class ResumableAnswer(IConversationGrain grain, AskRequest question) : IResumable<TurnEvent>
{
    private readonly AnswerProgress _progress = new(question.Relayed);

    /// <summary>True after the last event.</summary>
    public bool HasEnded => _progress.HasEnded;

    /// <summary>What it cost; null unless it came to a good end.</summary>
    public TurnUsage? Usage => _progress.Usage;

    /// <inheritdoc/>
    public IAsyncEnumerable<TurnEvent> Open(CancellationToken cancellationToken) =>
        grain.AskAsync(question with { Relayed = _progress.Relayed }, cancellationToken);

    /// <inheritdoc/>
    public bool TryTake(TurnEvent happened) => _progress.TryTake(happened);

    /// <inheritdoc/>
    public ClusterError? Failure(TurnEvent happened) => (happened as TurnFailed)?.Error;
}
