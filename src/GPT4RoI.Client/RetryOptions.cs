namespace GPT4RoI.Client;

/// <summary>
/// How calls are repeated. Only failures that may pass are: UNAVAILABLE, and RESOURCE_EXHAUSTED where the server says when to come back.
/// The server's own delay counts before the ones given here; a wait that would outlast the deadline is not begun. An answer whose stream breaks is asked
/// for again from where it broke, without a gap or a repetition.
/// </summary>
public sealed class RetryOptions
{
    /// <summary>Tries per call, the first one included; 1 never retries.</summary>
    /// <value>1..10; default 4.</value>
    public int MaxAttempts { get; set; } = 4;

    /// <summary>Middle of the first wait; it doubles with each further one, spread at random.</summary>
    /// <value>Zero to one minute; default 200 ms.</value>
    public TimeSpan BaseDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>No wait of our own choosing is longer.</summary>
    /// <value>At least <see cref="BaseDelay"/>, at most one hour; default 5 seconds.</value>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(5);
}
