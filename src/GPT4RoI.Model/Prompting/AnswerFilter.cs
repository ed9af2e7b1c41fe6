namespace GPT4RoI.Model.Prompting;

/// <summary>
/// Turns generated text into the answer while it streams: leading white space and the role label that the model writes go, and so do white
/// space and one separator at the end. What may still turn out to be such an end is held back, so nothing given out is taken back.
/// All deltas and <see cref="Finish"/> together are the answer that goes into the history. One per answer.
/// </summary>
public sealed class AnswerFilter(ConversationTemplate template)
{
    private readonly string _separator = template.Separator ?? "";
    private string _held = "";
    private string? _label = template.AnswerLabel;
    private bool _started;

    /// <summary>Takes generated text, gives out what is certainly part of the answer.</summary>
    public string Append(string delta)
    {
        _held += delta;
        return TryStart() ? Take(CertainLength()) : "";
    }

    /// <summary>The end of the answer, when no text will follow.</summary>
    public string Finish()
    {
        _label = null;
        return TryStart() ? Take(FinalLength()) : "";
    }

    // Drops white space, the label, and the white space after it; false while it is not decided whether the text begins with the label.
    private bool TryStart()
    {
        if (_started)
        {
            return true;
        }

        TrimStart();
        if (_label is not null && _held.StartsWith(_label, StringComparison.Ordinal))
        {
            _held = _held[_label.Length..];
            _label = null;
            TrimStart();
        }

        _started = _held.Length > 0 && !(_label is not null && _label.StartsWith(_held, StringComparison.Ordinal));
        return _started;
    }

    private void TrimStart() => _held = _held[PythonText.Start(_held)..];

    private string Take(int length)
    {
        var text = _held[..length];
        _held = _held[length..];
        return text;
    }

    private int CertainLength()
    {
        var end = PythonText.End(_held);
        for (var part = _separator.Length; part > 0; part--)
        {
            if (_held.AsSpan(0, end).EndsWith(_separator.AsSpan(0, part)))
            {
                return PythonText.End(_held.AsSpan(0, end - part));
            }
        }

        return end;
    }

    private int FinalLength()
    {
        var end = PythonText.End(_held);
        return _separator.Length > 0 && _held.AsSpan(0, end).EndsWith(_separator) ? PythonText.End(_held.AsSpan(0, end - _separator.Length)) : end;
    }
}
