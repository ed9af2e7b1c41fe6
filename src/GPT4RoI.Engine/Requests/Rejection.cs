namespace GPT4RoI.Engine.Requests;

/// <summary>Why the engine refused a request at once.</summary>
public enum RejectionKind
{
    /// <summary>The request itself is wrong; it will always be refused.</summary>
    Invalid,

    /// <summary>Prompt and answer can never fit the model's length or the cache.</summary>
    TooLong,

    /// <summary>The waiting queue is full; try again later.</summary>
    QueueFull,

    /// <summary>The engine is stopping or has failed.</summary>
    Unavailable,
}

/// <summary>A refusal as a value.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Field">The offending field of the request, for example <c>sampling.temperature</c>.</param>
/// <param name="Message">One sentence naming limit and value, safe to show to a client.</param>
public sealed record Rejection(RejectionKind Kind, string Field, string Message);
