using GPT4RoI.Contracts.Errors;

namespace GPT4RoI.Gateway.Services;

/// <summary>A grain's stream that can be asked for again, from where its reader is. For one reader.</summary>
internal interface IResumable<TEvent>
{
    /// <summary>Asks the grain for what the reader does not have yet.</summary>
    IAsyncEnumerable<TEvent> Open(CancellationToken cancellationToken);

    /// <summary>Notes that the reader gets an event; false if it has had it.</summary>
    bool TryTake(TEvent happened);

    /// <summary>The error that an event tells; null for every other event.</summary>
    ClusterError? Failure(TEvent happened);
}
