using System.Text.RegularExpressions;

namespace GPT4RoI.Model.Prompting;

/// <summary>A question as the authors' demo rewrites it (<c>gpt4roi/app.py</c>). Recorded prompts only: here text can become special tokens.</summary>
public static partial class LiteralQuestion
{
    private const string Empty = "hello, world!";

    /// <summary>Gives every <c>&lt;regionN&gt;</c>, <c>&lt;N&gt;</c> and <c>&lt;&gt;</c> its <c>&lt;bbox&gt;</c>; the first round also brings in the image.</summary>
    public static LiteralText Substitute(string question, bool firstRound)
    {
        var text = PythonText.Strip(question);
        text = NamedRegion().Replace(text.Length == 0 ? Empty : text, "region$1 <bbox>");
        text = Number().Replace(text, "region$1 <bbox>").Replace("<>", "<bbox>", StringComparison.Ordinal);
        return new LiteralText(firstRound ? $"{ImagePlaceholder.Before}{ImagePlaceholder.Name}{ImagePlaceholder.After}{text}" : text);
    }

    [GeneratedRegex(@"<region(\d+)>", RegexOptions.CultureInvariant)]
    internal static partial Regex NamedRegion();

    [GeneratedRegex(@"<(\d+)>", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
