namespace GPT4RoI.Engine.Execution;

/// <summary>
/// Lets text through up to the first occurrence of a stop text. The end of the text that may turn out to be the beginning of a stop text is
/// held back until that is decided.
/// </summary>
/// <param name="stops">Not empty strings.</param>
internal sealed class StopTexts(IReadOnlyList<string> stops)
{
    private string _held = "";

    /// <summary>A stop text has occurred; nothing comes through any more.</summary>
    public bool Found { get; private set; }

    /// <summary>Takes more text, and gives what is certain to be part of the answer.</summary>
    public string Append(string text)
    {
        if (Found || text.Length == 0)
            return "";
        var all = _held + text;
        var end = FirstStop(all);
        Found = end >= 0;
        if (!Found)
            end = all.Length - LongestBeginning(all);
        _held = Found ? "" : all[end..];
        return all[..end];
    }

    /// <summary>What was held back, when no text will follow.</summary>
    public string Flush()
    {
        var rest = _held;
        _held = "";
        return rest;
    }

    private int FirstStop(string text)
    {
        var first = -1;
        foreach (var stop in stops)
        {
            var at = text.IndexOf(stop, StringComparison.Ordinal);
            if (at >= 0 && (first < 0 || at < first))
                first = at;
        }
        return first;
    }

    private int LongestBeginning(string text)
    {
        var longest = 0;
        foreach (var stop in stops)
        {
            for (var length = Math.Min(stop.Length - 1, text.Length); length > longest; length--)
            {
                if (text.AsSpan(text.Length - length).SequenceEqual(stop.AsSpan(0, length)))
                    longest = length;
            }
        }
        return longest;
    }
}
