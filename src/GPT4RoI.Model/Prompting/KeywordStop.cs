namespace GPT4RoI.Model.Prompting;

/// <summary>What a <see cref="KeywordStop"/> says after a token.</summary>
/// <param name="Stopped">A stop text is complete: generation ends, nothing after it belongs to the answer.</param>
/// <param name="Text">Text that can be given out now; it is before any stop text and will not be taken back.</param>
public readonly record struct StopCheck(bool Stopped, string Text);

/// <summary>
/// Looks for stop texts in generated text and holds back what may be the beginning of one. The template's separator counts from the second
/// generated token on (<c>llava/model/utils.py: KeywordsStoppingCriteria</c>, whose first call only initialises), stop texts of the request
/// from the first. One per sequence.
/// </summary>
public sealed class KeywordStop
{
    private readonly string? _fromSecondToken;
    private readonly string[] _all;
    private string _held = "";
    private int _tokens;

    /// <param name="separator">The template's separator, if it has one.</param>
    /// <param name="stops">The request's stop texts; empty ones never stop.</param>
    public KeywordStop(string? separator, IEnumerable<string> stops)
    {
        string[] own = [.. stops];
        _all = [.. own.Append(separator).OfType<string>().Where(stop => stop.Length > 0).Distinct()];
        _fromSecondToken = own.Contains(separator) ? null : separator;
    }

    /// <summary>Takes the text that one generated token completed, which may be empty. Not to be called again once stopped.</summary>
    public StopCheck Append(string delta)
    {
        _tokens++;
        _held += delta;
        return Check();
    }

    /// <summary>Takes the last text, when generation ended without a stop text, and gives out what was held back.</summary>
    public StopCheck Finish(string tail)
    {
        _held += tail;
        var check = Check();
        var rest = check.Stopped ? "" : _held;
        _held = "";
        return check with { Text = check.Text + rest };
    }

    private StopCheck Check()
    {
        var stop = -1;
        var hold = _held.Length;
        foreach (var text in _all)
        {
            var at = _held.IndexOf(text, StringComparison.Ordinal);
            if (at < 0)
            {
                hold = Math.Min(hold, _held.Length - Overlap(text));
            }
            else if (_tokens < 2 && text == _fromSecondToken)
            {
                hold = Math.Min(hold, at);
            }
            else if (stop < 0 || at < stop)
            {
                stop = at;
            }
        }

        var safe = stop < 0 ? hold : stop;
        var result = new StopCheck(stop >= 0, _held[..safe]);
        _held = stop < 0 ? _held[safe..] : "";
        return result;
    }

    // Length of the longest end of the held text that is a beginning of the stop text.
    private int Overlap(string stop)
    {
        for (var length = Math.Min(stop.Length - 1, _held.Length); length > 0; length--)
        {
            if (_held.AsSpan().EndsWith(stop.AsSpan(0, length)))
            {
                return length;
            }
        }

        return 0;
    }
}
