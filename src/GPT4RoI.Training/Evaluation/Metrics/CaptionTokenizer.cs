using System.Text.RegularExpressions;

namespace GPT4RoI.Training.Evaluation.Metrics;

/// <summary>
/// Words as coco-caption counts them: the Penn Treebank's rules for English, lower case, without punctuation. Clitics are words of their own
/// (<c>do n't</c>, <c>man 's</c>), words joined by hyphens stay one, a number keeps the points and commas inside it. Of the Treebank's rules for
/// abbreviations (<c>Mr.</c>) there are none: the full stop goes.
/// </summary>
internal static partial class CaptionTokenizer
{
    /// <summary>The words of a text.</summary>
    public static IReadOnlyList<string> Tokenize(string text) =>
        [.. Word().Matches(text.ToLowerInvariant().Replace('’', '\'')).SelectMany(match => Contraction(match.Value))];

    private static string[] Contraction(string word) => word switch
    {
        "cannot" => ["can", "not"],
        "gonna" => ["gon", "na"],
        "gotta" => ["got", "ta"],
        "wanna" => ["wan", "na"],
        "gimme" => ["gim", "me"],
        "lemme" => ["lem", "me"],
        _ => [word],
    };

    [GeneratedRegex(
        @"[0-9]+(?:[.,:/][0-9]+)+|\p{L}+?(?=n't\b)|n't\b|'(?:s|re|ve|ll|d|m)\b|[\p{L}\p{M}\p{N}_]+(?:-[\p{L}\p{M}\p{N}_]+)*",
        RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
