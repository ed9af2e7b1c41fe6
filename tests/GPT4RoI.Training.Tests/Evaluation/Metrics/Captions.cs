using GPT4RoI.Training.Evaluation.Metrics;

namespace GPT4RoI.Training.Tests.Evaluation.Metrics;

/// <summary>Captions written as words with spaces between.</summary>
internal static class Captions
{
    public static CaptionPair Pair(string candidate, params string[] references) => new(Words(candidate), [.. references.Select(Words)]);

    private static IReadOnlyList<string> Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
