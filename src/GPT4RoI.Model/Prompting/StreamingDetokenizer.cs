using System.Text;

namespace GPT4RoI.Model.Prompting;

/// <summary>
/// Decodes generated ids one by one. All deltas and <see cref="Flush"/> together are <see cref="Gpt4RoiTokenizer.Decode"/> of all ids without
/// special tokens; no delta is ever taken back, so half a character and a space that punctuation may swallow wait for the next id.
/// Constant work per id. Not thread-safe; one per sequence.
/// </summary>
public sealed class StreamingDetokenizer
{
    private readonly Vocabulary _vocabulary;
    private readonly TextCleanUpStream _cleanUp = new();
    private readonly StringBuilder _raw = new();
    private Utf8Assembler _bytes;
    private bool _any;
    private bool _inRun;

    internal StreamingDetokenizer(Vocabulary vocabulary) => _vocabulary = vocabulary;

    /// <summary>The text that this id completes; may be empty.</summary>
    public string Append(int id)
    {
        if (_vocabulary.IsSpecial(id) || !_vocabulary.Contains(id))
        {
            return "";
        }

        if (_vocabulary.TryGetAdded(id, out var token))
        {
            _bytes.Flush(_raw);
            StartPart();
            _raw.Append(token);
            _inRun = false;
        }
        else
        {
            AppendPiece(id);
        }

        var text = _cleanUp.Append(_raw);
        _raw.Clear();
        return text;
    }

    /// <summary>The rest, when no id will follow.</summary>
    public string Flush()
    {
        _bytes.Flush(_raw);
        var text = _cleanUp.Append(_raw);
        _raw.Clear();
        return text + _cleanUp.Flush();
    }

    private void AppendPiece(int id)
    {
        var first = !_inRun;
        if (first)
        {
            StartPart();
            _raw.Append(' ');
            _inRun = true;
        }

        if (_vocabulary.TryGetByte(id, out var value))
        {
            _bytes.Add(value, _raw);
            return;
        }

        _bytes.Flush(_raw);
        _vocabulary.AppendPiece(_raw, id, first);
    }

    private void StartPart()
    {
        if (_any)
        {
            _raw.Append(' ');
        }

        _any = true;
    }
}
