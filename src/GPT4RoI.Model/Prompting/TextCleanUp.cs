namespace GPT4RoI.Model.Prompting;

/// <summary>Hugging Face's <c>clean_up_tokenization</c>: ten replacements, one after the other, that take a space away before punctuation.</summary>
internal static class TextCleanUp
{
    public static IReadOnlyList<(string Pattern, string Replacement)> Rules { get; } =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    public static string Apply(string text) => Rules.Aggregate(text, (current, rule) => current.Replace(rule.Pattern, rule.Replacement, StringComparison.Ordinal));
}
