using Grpc.Core;

namespace GPT4RoI.Client;

/// <summary>
/// A call failed. Cancelling the caller's own token is not such a failure: that is an <see cref="OperationCanceledException"/>.
/// </summary>
public sealed class Gpt4RoiException : Exception
{
    internal Gpt4RoiException(
        StatusCode code, string reason, string message, IReadOnlyList<FieldViolation> fieldViolations, TimeSpan? retryAfter, Exception? inner)
        : base(message, inner) =>
        (Code, Reason, FieldViolations, RetryAfter) = (code, reason, fieldViolations, retryAfter);

    /// <summary>The kind of failure.</summary>
    public StatusCode Code { get; }

    /// <summary>
    /// A stable UPPER_SNAKE_CASE name for programs; empty if the server gave none. The client itself gives <c>SERVER_UNREACHABLE</c> (no
    /// connection could be made) and <c>ANSWER_INCOMPLETE</c> (a stream ended before its answer).
    /// </summary>
    public string Reason { get; }

    /// <summary>Which request fields are wrong, and why. Only with <see cref="StatusCode.InvalidArgument"/>.</summary>
    public IReadOnlyList<FieldViolation> FieldViolations { get; }

    /// <summary>When the server expects a retry to succeed, if it said so.</summary>
    public TimeSpan? RetryAfter { get; }
}

/// <summary>A wrong field of a request.</summary>
/// <param name="Field">Its path, for example <c>new_regions[1].box</c>.</param>
/// <param name="Description">What is wrong with it.</param>
public sealed record FieldViolation(string Field, string Description);
