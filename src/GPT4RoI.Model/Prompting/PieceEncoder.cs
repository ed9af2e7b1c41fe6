using System.Text;
using Microsoft.ML.Tokenizers;

namespace GPT4RoI.Model.Prompting;

/// <summary>SentencePiece encoding of plain text, and of text some of whose characters must be written as bytes.</summary>
internal sealed class PieceEncoder
{
    // A character that no piece holds: it never merges with its neighbours, so the text after it encodes as if it stood in mid-sentence.
    private readonly char _barrier;
    private readonly int[] _barrierIds;
    private readonly int[] _prefixIds;
    private readonly SentencePieceTokenizer _tokenizer;
    private readonly Vocabulary _vocabulary;

    public PieceEncoder(SentencePieceModel model, Vocabulary vocabulary)
    {
        _vocabulary = vocabulary;
        using var stream = new MemoryStream(model.Inert);
        _tokenizer = SentencePieceTokenizer.Create(stream, addBeginningOfSentence: false, addEndOfSentence: false);
        _barrier = Enumerable.Range(1, 0xFFFE).Select(code => (char)code)
            .First(c => !char.IsWhiteSpace(c) && !char.IsSurrogate(c) && !vocabulary.Merges(c));
        _barrierIds = [.. _tokenizer.EncodeToIds(_barrier.ToString())];
        _prefixIds = _barrierIds[..^Encoding.UTF8.GetByteCount([_barrier])];
    }

    /// <summary>Encodes text as SentencePiece does. No special token can come out, whatever the text says.</summary>
    public void Encode(string text, List<int> ids) => ids.AddRange(_tokenizer.EncodeToIds(text));

    /// <summary>Encodes text, the marked characters as byte pieces. It decodes to the same text.</summary>
    public void Encode(string text, ReadOnlySpan<bool> asBytes, List<int> ids)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = start + 1;
            while (end < text.Length && asBytes[end] == asBytes[start])
            {
                end++;
            }

            var part = text[start..end];
            if (asBytes[start])
            {
                ids.AddRange(start == 0 ? _prefixIds : []);
                ids.AddRange(Encoding.UTF8.GetBytes(part).Select(_vocabulary.ByteId));
            }
            else if (start == 0)
            {
                Encode(part, ids);
            }
            else
            {
                ids.AddRange(_tokenizer.EncodeToIds(_barrier + part).Skip(_barrierIds.Length));
            }

            start = end;
        }
    }
}
