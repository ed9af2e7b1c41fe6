using System.Buffers;
using System.Text;
using System.Text.Json;
using GPT4RoI.Model.Weights;

namespace GPT4RoI.Model.Prompting;

/// <summary>
/// LLaMA's SentencePiece model with GPT4RoI's added tokens, as the authors' tokenizer (Hugging Face's slow LlamaTokenizer) reads and writes.
/// All ids come from the checkpoint's files. Thread-safe.
/// </summary>
public sealed class Gpt4RoiTokenizer
{
    private readonly PieceEncoder _encoder;
    private readonly Vocabulary _vocabulary;
    private readonly Dictionary<int, NoSplitToken> _tokens;
    private readonly NoSplitToken[] _longestFirst;
    private readonly SearchValues<string> _names;

    private Gpt4RoiTokenizer(SentencePieceModel model, TokenizerFiles files)
    {
        _vocabulary = new Vocabulary(model.Pieces, files);
        _encoder = new PieceEncoder(model, _vocabulary);
        _tokens = _vocabulary.NoSplit.ToDictionary(token => token.Id);
        _longestFirst = [.. _vocabulary.NoSplit.OrderByDescending(token => token.Text.Length)];
        _names = SearchValues.Create([.. _longestFirst.Select(token => token.Text)], StringComparison.Ordinal);
        ModelMaxLength = files.ModelMaxLength;
    }

    /// <summary>Ids of the tokens with a meaning of their own.</summary>
    public SpecialTokens Special => _vocabulary.Special;

    /// <summary>One more than the largest id: the rows that a model's embeddings need at least.</summary>
    public int VocabularySize => _vocabulary.Size;

    /// <summary>Tokens after which the authors cut a prompt (<c>model_max_length</c>); <see cref="int.MaxValue"/> if they do not.</summary>
    public int ModelMaxLength { get; }

    /// <summary>Reads <c>tokenizer.model</c>, <c>added_tokens.json</c>, <c>special_tokens_map.json</c> and <c>tokenizer_config.json</c>.</summary>
    /// <exception cref="WeightsException">A file is missing or broken, or a token GPT4RoI needs is in none of them.</exception>
    public static Gpt4RoiTokenizer Load(string directory)
    {
        try
        {
            return new Gpt4RoiTokenizer(
                SentencePieceModel.Parse(File.ReadAllBytes(Path.Combine(directory, "tokenizer.model"))), TokenizerFiles.Read(directory));
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            throw new WeightsException($"The tokenizer in {directory} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Encodes as the authors do: names of special tokens become those tokens, wherever they stand.</summary>
    /// <param name="text">Text of the template or of a recorded prompt, never a user's.</param>
    /// <param name="addBos">Put the beginning-of-sentence token first.</param>
    public int[] EncodeLiteral(LiteralText text, bool addBos)
    {
        var stream = Stream(addBos, []);
        var rest = text.Value.AsSpan();
        while (rest.IndexOfAny(_names) is var at and >= 0)
        {
            var token = First(rest[at..]);
            stream.Append(rest[..at].ToString());
            stream.Append(token);
            rest = rest[(at + token.Text.Length)..];
        }

        stream.Append(rest.ToString());
        return stream.Finish();
    }

    /// <summary>Encodes text whose every character stands for itself; no special token can come out.</summary>
    public int[] EncodePlain(UserText text)
    {
        var ids = new List<int>();
        _encoder.Encode(text.Value, ids);
        return [.. ids];
    }

    /// <summary>Decodes as the authors do, quirks included: a space before each stretch of text, and clean-up of spaces before punctuation.</summary>
    /// <param name="ids">Token ids; ids that the tokenizer does not know are left out.</param>
    /// <param name="skipSpecial">Leave out beginning and end of sentence, unknown and padding; <c>&lt;bbox&gt;</c> and its kin stay.</param>
    public string Decode(IEnumerable<int> ids, bool skipSpecial)
    {
        var parts = new List<string>();
        var run = new List<int>();
        foreach (var id in ids.Where(id => _vocabulary.Contains(id) && !(skipSpecial && _vocabulary.IsSpecial(id))))
        {
            if (!_vocabulary.TryGetAdded(id, out var token))
            {
                run.Add(id);
                continue;
            }

            DecodeRun(run, parts);
            parts.Add(token);
        }

        DecodeRun(run, parts);
        return TextCleanUp.Apply(string.Join(' ', parts));
    }

    /// <summary>One token as the vocabulary writes it: a space is U+2581, a byte <c>&lt;0x0A&gt;</c>. For people to look at.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public string Name(int id) =>
        _vocabulary.Contains(id) ? _vocabulary.Name(id) : throw new ArgumentOutOfRangeException(nameof(id), id, "There is no such token.");

    /// <summary>Decodes one sequence while it is generated.</summary>
    public StreamingDetokenizer CreateDetokenizer() => new(_vocabulary);

    internal TokenStream Stream(bool addBos, IReadOnlyList<string> reserved)
    {
        var stream = new TokenStream(_encoder, reserved);
        if (addBos)
        {
            stream.AppendId(Special.Bos);
        }

        return stream;
    }

    /// <summary>True if plain encoding of the text gives byte pieces only.</summary>
    internal bool WritesAsBytes(string text) => EncodePlain(new UserText($"\n{text}")).Skip(1).All(id => _vocabulary.TryGetByte(id, out _));

    internal NoSplitToken Token(int id) => _tokens[id];

    private NoSplitToken First(ReadOnlySpan<char> text)
    {
        foreach (var token in _longestFirst)
        {
            if (text.StartsWith(token.Text))
            {
                return token;
            }
        }

        throw new InvalidOperationException("The text does not begin with a token.");
    }

    private void DecodeRun(List<int> run, List<string> parts)
    {
        if (run.Count == 0)
        {
            return;
        }

        var text = new StringBuilder(" ");
        var start = 0;
        for (var end = 0; end < run.Count; end++)
        {
            if (_vocabulary.IsSpecial(run[end]))
            {
                text.Append(end == 0 || !_vocabulary.IsSpecial(run[end - 1]) ? " " : "");
                DecodePieces(run[start..end], text);
                text.Append(_vocabulary.SpecialText(run[end]));
                start = end + 1;
            }
        }

        DecodePieces(run[start..], text);
        run.Clear();
        parts.Add(text.ToString());
    }

    private void DecodePieces(List<int> pieces, StringBuilder text)
    {
        var bytes = new Utf8Assembler();
        for (var index = 0; index < pieces.Count; index++)
        {
            if (_vocabulary.TryGetByte(pieces[index], out var value))
            {
                bytes.Add(value, text);
            }
            else
            {
                bytes.Flush(text);
                _vocabulary.AppendPiece(text, pieces[index], index == 0);
            }
        }

        bytes.Flush(text);
    }
}
