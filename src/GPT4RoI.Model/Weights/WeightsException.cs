namespace GPT4RoI.Model.Weights;

/// <summary>A checkpoint that cannot be used. The message lists every fault found, one line each.</summary>
public sealed class WeightsException : Exception
{
    public WeightsException(string message) : base(message) { }

    public WeightsException(string message, Exception inner) : base(message, inner) { }

    public WeightsException(string heading, IReadOnlyCollection<string> faults)
        : base(heading + Environment.NewLine + string.Join(Environment.NewLine, faults)) => Faults = faults;

    /// <summary>One entry per missing, extra, mis-shaped or truncated tensor.</summary>
    public IReadOnlyCollection<string> Faults { get; } = [];
}
