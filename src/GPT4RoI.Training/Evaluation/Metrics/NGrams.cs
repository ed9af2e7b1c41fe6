namespace GPT4RoI.Training.Evaluation.Metrics;

/// <summary>Runs of neighbouring words.</summary>
internal static class NGrams
{
    /// <summary>The longest run that BLEU and CIDEr look at.</summary>
    public const int Longest = 4;

    /// <summary>How often each run of <paramref name="length"/> words occurs.</summary>
    public static Dictionary<string, int> Count(IReadOnlyList<string> words, int length) => Enumerable
        .Range(0, Math.Max(0, words.Count - length + 1))
        .CountBy(start => string.Join(' ', words.Skip(start).Take(length)))
        .ToDictionary();
}
