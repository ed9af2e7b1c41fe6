using System.Diagnostics;

namespace GPT4RoI.Cluster.Tests.Processes;

/// <summary>Waits for something to become true, and says what did not.</summary>
internal static class Poll
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Longest wait for anything that a loaded machine may delay.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>Returns once the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not in time.</exception>
    public static async Task UntilAsync(string what, Func<Task<bool>> condition, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new TimeoutException($"not within {Patience.TotalSeconds:F0} s: {what}");
            }
            await Task.Delay(Interval, cancellationToken);
        }
    }
}
