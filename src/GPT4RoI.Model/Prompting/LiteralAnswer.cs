namespace GPT4RoI.Model.Prompting;

/// <summary>A whole decoded answer as the authors' demo shows and stores it (<c>gpt4roi/app.py</c>). The product's streaming rule is <see cref="AnswerFilter"/>.</summary>
public static class LiteralAnswer
{
    private const string WhenEmpty = "There is internal error. Please click 'Clear All' and try again.";
    private const string Separator = "###";

    /// <summary>What the demo shows.</summary>
    public static string Shown(string decoded)
    {
        var text = PythonText.Strip(decoded);
        text = text.EndsWith(Separator, StringComparison.Ordinal) ? PythonText.Strip(text[..^Separator.Length]) : text;
        return text.Length == 0 ? WhenEmpty : text;
    }

    /// <summary>What the demo puts into the next prompt.</summary>
    public static string StoredInHistory(string decoded) => Shown(decoded)
        .Replace("Assistant: ", "", StringComparison.Ordinal).Replace("Assistant:", "", StringComparison.Ordinal);
}
