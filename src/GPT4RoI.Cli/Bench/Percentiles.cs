namespace GPT4RoI.Cli.Bench;

/// <summary>Exact percentiles of all samples, interpolated linearly between the two nearest (as numpy does by default).</summary>
internal sealed record Percentiles(double P50, double P90, double P99, double Mean, double Max)
{
    /// <summary>In milliseconds, or null if there are no samples.</summary>
    public static Percentiles? OfMilliseconds(IEnumerable<TimeSpan> samples) => Of(samples.Select(sample => sample.TotalMilliseconds));

    public static Percentiles? Of(IEnumerable<double> samples)
    {
        var sorted = samples.Order().ToArray();
        return sorted.Length == 0
            ? null
            : new Percentiles(At(sorted, 0.50), At(sorted, 0.90), At(sorted, 0.99), Math.Round(sorted.Average(), 3), Math.Round(sorted[^1], 3));
    }

    private static double At(double[] sorted, double share)
    {
        var rank = share * (sorted.Length - 1);
        var below = (int)rank;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return Math.Round(sorted[below] + ((rank - below) * (sorted[above] - sorted[below])), 3);
    }
}
