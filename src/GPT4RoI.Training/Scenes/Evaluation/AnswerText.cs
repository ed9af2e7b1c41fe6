using System.Globalization;
using System.Text.RegularExpressions;
using GPT4RoI.Training.Scenes.Dialogue;

namespace GPT4RoI.Training.Scenes.Evaluation;

/// <summary>Reads an answer down to what it says.</summary>
public static partial class AnswerText
{
    private const string Conclusion = ", so ";

    /// <summary>
    /// What an answer concludes (behind ", so "; all of it if it draws no conclusion), in lower case, white space and angle brackets around regions made
    /// alike, the final full stop and an opening "it is", "this is", "there is" or "there are" left out, then an opening article; a lone figure is written
    /// as its word. Two answers are the same if this leaves the same text.
    /// </summary>
    public static string Parse(string answer)
    {
        var text = Brackets().Replace(answer.ToLowerInvariant(), "$1");
        text = text[(text.LastIndexOf(Conclusion, StringComparison.Ordinal) is var at and >= 0 ? at + Conclusion.Length : 0)..];
        text = Opening().Replace(Space().Replace(text, " ").Trim().TrimEnd('.', ' '), "");
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? English.Number(number) : text;
    }

    [GeneratedRegex("<(region[0-9]+)>")]
    private static partial Regex Brackets();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    [GeneratedRegex("^((it|this|that|there) (is|are) )?((a|an|the) )?")]
    private static partial Regex Opening();
}
