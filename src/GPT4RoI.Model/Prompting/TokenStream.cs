using System.Runtime.InteropServices;
using System.Text;

namespace GPT4RoI.Model.Prompting;

/// <summary>
/// Collects a prompt's text and tokens in order and encodes them as the authors' tokenizer does: a token swallows the white space on its
/// two sides, and every stretch of text between tokens is encoded on its own.
/// </summary>
/// <param name="encoder">Encodes the stretches.</param>
/// <param name="reserved">Texts that only the template may write. Where a user's characters spell one they are written as bytes: they
/// still read the same, but the model never sees the template's tokens.</param>
internal sealed class TokenStream(PieceEncoder encoder, IReadOnlyList<string> reserved)
{
    private readonly List<int> _ids = [];
    private readonly StringBuilder _text = new();
    private readonly List<Range> _userText = [];
    private readonly List<int> _waitingMarks = [];
    private readonly List<int> _marks = [];
    private bool _stripStart;

    /// <summary>Token positions of the marks whose text is encoded, in the order in which they were set.</summary>
    public IReadOnlyList<int> Marks => _marks;

    /// <summary>Marks the place that has been reached.</summary>
    public void Mark() => _waitingMarks.Add(_text.Length);

    /// <summary>Appends text of the template.</summary>
    public void Append(string text) => _text.Append(text);

    /// <summary>Appends text from outside.</summary>
    public void Append(UserText text)
    {
        if (text.Value.Length > 0)
        {
            _userText.Add(_text.Length..(_text.Length + text.Value.Length));
            _text.Append(text.Value);
        }
    }

    /// <summary>Appends an id that leaves the text around it alone.</summary>
    public void AppendId(int id)
    {
        EncodeText(stripEnd: false);
        _ids.Add(id);
    }

    /// <summary>Appends a token and returns its position.</summary>
    public int Append(NoSplitToken token)
    {
        EncodeText(token.StripsLeft);
        _ids.Add(token.Id);
        _stripStart = token.StripsRight;
        return _ids.Count - 1;
    }

    /// <exception cref="InvalidOperationException">A mark stands within a token.</exception>
    public int[] Finish()
    {
        EncodeText(stripEnd: false);
        return [.. _ids];
    }

    private void EncodeText(bool stripEnd)
    {
        var text = _text.ToString();
        var end = stripEnd ? PythonText.End(text) : text.Length;
        var start = Math.Min(_stripStart ? PythonText.Start(text) : 0, end);
        var asBytes = Reserved(text);
        var first = _ids.Count;
        Encode(text, asBytes, start..end, _ids);
        foreach (var mark in _waitingMarks)
        {
            var before = new List<int>();
            Encode(text, asBytes, start..Math.Clamp(mark, start, end), before);
            if (!CollectionsMarshal.AsSpan(_ids)[first..].StartsWith(CollectionsMarshal.AsSpan(before)))
            {
                throw new InvalidOperationException("The tokenizer writes one token across a boundary of the conversation template.");
            }

            _marks.Add(first + before.Count);
        }

        _text.Clear();
        _userText.Clear();
        _waitingMarks.Clear();
        _stripStart = false;
    }

    private void Encode(string text, bool[]? asBytes, Range range, List<int> ids)
    {
        if (asBytes is not null)
        {
            encoder.Encode(text[range], asBytes.AsSpan(range), ids);
        }
        else
        {
            encoder.Encode(text[range], ids);
        }
    }

    // Marks the user's characters within every occurrence of a reserved text, overlapping ones included; null if there are none.
    private bool[]? Reserved(string text)
    {
        bool[]? marks = null;
        foreach (var range in _userText)
        {
            var (user, userEnd) = (range.Start.Value, range.End.Value);
            foreach (var word in reserved)
            {
                var from = Math.Max(0, user - word.Length + 1);
                var end = Math.Min(text.Length, userEnd + word.Length - 1);
                while (text.IndexOf(word, from, end - from, StringComparison.Ordinal) is var at and >= 0)
                {
                    marks ??= new bool[text.Length];
                    marks.AsSpan()[Math.Max(at, user)..Math.Min(at + word.Length, userEnd)].Fill(true);
                    from = at + 1;
                }
            }
        }

        return marks;
    }
}
