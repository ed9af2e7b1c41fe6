using System.Text.RegularExpressions;
using GPT4RoI.Training.Evaluation.Metrics;

namespace GPT4RoI.Training.Evaluation;

/// <summary>
/// Questions with options, answered in words. The options are lettered in the question; the answer's letter decides. An answer without a letter
/// chooses the option whose words it shares most (F1 over words with their counts, the first of equals); one that shares none chooses nothing and
/// is wrong. Log-likelihoods of the options are not used: a server does not score given text.
/// </summary>
internal static partial class MultipleChoice
{
    /// <summary>The options as lines, and what to answer.</summary>
    public static string Format(IReadOnlyList<string> options) =>
        string.Concat(options.Select((option, index) => $"\n({Letter(index)}) {option}")) + "\nAnswer with the letter of the right choice.";

    /// <summary>The option that an answer chooses; null for none.</summary>
    public static int? Choose(string answer, IReadOnlyList<string> options)
    {
        var match = Lone().Match(answer);
        match = match.Success ? match : Bracketed().Match(answer);
        if (match.Success && char.ToUpperInvariant(match.Groups["letter"].Value[0]) - 'A' is var index && index < options.Count)
        {
            return index;
        }
        var words = CaptionTokenizer.Tokenize(answer);
        var best = options.Index().MaxBy(option => Overlap(words, option.Item));
        return Overlap(words, best.Item) > 0 ? best.Index : null;
    }

    private static char Letter(int index) => (char)('A' + index);

    private static double Overlap(IReadOnlyList<string> answer, string option)
    {
        var words = CaptionTokenizer.Tokenize(option);
        var counts = NGrams.Count(words, 1);
        var shared = NGrams.Count(answer, 1).Sum(word => Math.Min(word.Value, counts.GetValueOrDefault(word.Key)));
        return shared == 0 ? 0 : 2.0 * shared / (answer.Count + words.Count);
    }

    // A letter set off by a mark or alone, or a capital one after "the answer is" and the like: the "a" of "a man" is an article, not a choice.
    [GeneratedRegex(
        @"^\s*(?:\(?(?<letter>[A-Za-z])(?:\)|\s*[.:,]|\s*$)"
        + @"|(?i:(?:the\s+)?(?:(?:right|correct|best)\s+)?(?:answer|option|choice)(?:\s+is)?)\s*:?\s*(?<letter>[A-Z])\b)",
        RegexOptions.CultureInvariant)]
    private static partial Regex Lone();

    [GeneratedRegex(@"\((?<letter>[A-Z])\)", RegexOptions.CultureInvariant)]
    private static partial Regex Bracketed();
}
