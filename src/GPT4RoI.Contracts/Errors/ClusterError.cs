namespace GPT4RoI.Contracts.Errors;

/// <summary>A failure that a client may see. Every text in it is fixed or built from the client's own values, never from an exception.</summary>
/// <param name="Code">The kind of failure.</param>
/// <param name="Reason">A stable UPPER_SNAKE_CASE name for programs, for example <c>REGION_NOT_MENTIONED</c>.</param>
/// <param name="Message">One sentence for a person; names the limit and the value where there is one.</param>
/// <param name="Field">Path of the offending request field, for example <c>regions[1].box</c>.</param>
/// <param name="RetryAfter">When a retry may succeed.</param>
[GenerateSerializer, Immutable]
[Alias("gpt4roi.ClusterError")]
public sealed record ClusterError(
    [property: Id(0)] ErrorCode Code,
    [property: Id(1)] string Reason,
    [property: Id(2)] string Message,
    [property: Id(3)] string? Field = null,
    [property: Id(4)] TimeSpan? RetryAfter = null)
{
    /// <summary>Reason of an answer that ends early because its node is stopping: another node can go on with it.</summary>
    public const string NodeStopping = "ENGINE_UNAVAILABLE";
}
