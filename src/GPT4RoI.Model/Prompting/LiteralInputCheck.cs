namespace GPT4RoI.Model.Prompting;

/// <summary>How the authors' demo judges a question and its boxes.</summary>
public enum LiteralInputVerdict
{
    Accepted,
    NoImage,
    NoBoxes,
    NoMention,
    CountMismatch,
}

/// <summary>
/// The demo's rule for a question and the boxes that come with it (<c>gpt4roi/app.py: check_input</c>), its flaw included: names mentioned
/// in a refused question are known from then on. Recorded cases only; the product's rule is <see cref="PromptBuilder"/>'s.
/// </summary>
/// <param name="Verdict">Whether the question is asked.</param>
/// <param name="Text">The question; regions known before are plain names now.</param>
/// <param name="Mentions">Regions mentioned for the first time, repetitions counted.</param>
/// <param name="NewBoxes">Boxes drawn for this question.</param>
/// <param name="KnownRegions">Names known afterwards, <c>&lt;regionN&gt;</c> each.</param>
public sealed record LiteralInputCheck(
    LiteralInputVerdict Verdict, string Text, int Mentions, int NewBoxes, IReadOnlyList<string> KnownRegions)
{
    /// <summary>Applies the rule.</summary>
    /// <param name="text">The question.</param>
    /// <param name="boxes">Number of boxes passed with it: in later rounds either all boxes so far or none; null without an image.</param>
    /// <param name="firstRound">No round was accepted before.</param>
    /// <param name="knownRegions">Names known before.</param>
    /// <param name="knownBoxes">Boxes of the rounds before.</param>
    public static LiteralInputCheck Check(string text, int? boxes, bool firstRound, IReadOnlyList<string> knownRegions, int knownBoxes)
    {
        if (boxes is not { } count || (firstRound && count == 0))
        {
            var missing = boxes is null ? LiteralInputVerdict.NoImage : LiteralInputVerdict.NoBoxes;
            return new LiteralInputCheck(missing, text, 0, 0, knownRegions);
        }

        if (!firstRound)
        {
            text = knownRegions.Aggregate(text, (current, name) => current.Replace(name, name.Trim('<', '>'), StringComparison.Ordinal));
        }

        string[] mentions = [.. LiteralQuestion.NamedRegion().Matches(text).Select(match => match.Value)];
        var newBoxes = firstRound || count == 0 ? count : count - knownBoxes;
        var verdict = mentions.Length == newBoxes ? LiteralInputVerdict.Accepted
            : mentions.Length == 0 ? LiteralInputVerdict.NoMention
            : LiteralInputVerdict.CountMismatch;
        return new LiteralInputCheck(verdict, text, mentions.Length, newBoxes, firstRound ? knownRegions : [.. knownRegions.Union(mentions)]);
    }
}
