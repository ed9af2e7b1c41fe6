using System.Text;
using GPT4RoI.Model.Weights;

namespace GPT4RoI.Model.Prompting;

/// <summary>Which id means what: SentencePiece's pieces, the added tokens, and which of them are special.</summary>
internal sealed class Vocabulary
{
    private const char EncodedSpace = '\u2581';

    private readonly IReadOnlyList<Piece> _pieces;
    private readonly Dictionary<int, string> _added;
    private readonly Dictionary<int, string> _special;
    private readonly int[] _bytes = new int[256];
    private readonly Dictionary<int, byte> _byteOf = [];

    public Vocabulary(IReadOnlyList<Piece> pieces, TokenizerFiles files)
    {
        _pieces = pieces;
        _added = files.Added.ToDictionary(token => token.Value, token => token.Key);
        var faults = new List<string>();
        MapBytes(faults);

        var ids = new Dictionary<string, int>();
        for (var id = 0; id < pieces.Count; id++)
        {
            ids[pieces[id].Text] = id;
        }

        foreach (var (text, id) in files.Added)
        {
            ids[text] = id;
        }

        int? Find(string? name) => name is not null && ids.TryGetValue(name, out var id) ? id : null;
        int Require(string? name, string file)
        {
            if (Find(name) is { } id)
            {
                return id;
            }

            faults.Add($"{file}: no token {name}");
            return -1;
        }

        string? Role(string role) => files.Special.TryGetValue(role, out var entry) ? entry.Text : null;
        const string Map = "tokenizer.model or special_tokens_map.json";
        const string Added = "added_tokens.json";
        Special = new SpecialTokens(
            Require(Role("bos_token"), Map), Require(Role("eos_token"), Map), Require(Role("unk_token"), Map), Find(Role("pad_token")),
            Require("<im_patch>", Added), Require("<bbox>", Added), Find("<point>"), Require("<im_start>", Added), Require("<im_end>", Added));
        if (faults.Count > 0)
        {
            throw new WeightsException("The checkpoint's tokenizer files lack what GPT4RoI needs:", faults);
        }

        SpecialTokenEntry[] entries = [.. files.Special.Values, .. files.Additional];
        _special = entries.Where(entry => ids.ContainsKey(entry.Text)).DistinctBy(entry => entry.Text).ToDictionary(entry => ids[entry.Text], entry => entry.Text);
        NoSplit = [.. entries.Where(entry => ids.ContainsKey(entry.Text))
            .Select(entry => new NoSplitToken(entry.Text, ids[entry.Text], entry.StripsLeft, entry.StripsRight))
            .Concat(files.Added.Select(token => new NoSplitToken(token.Key, token.Value)))
            .DistinctBy(token => token.Text)];
    }

    public SpecialTokens Special { get; }

    /// <summary>One more than the largest id.</summary>
    public int Size => Math.Max(_pieces.Count, _added.Keys.DefaultIfEmpty(-1).Max() + 1);

    /// <summary>Tokens that literal text is split at.</summary>
    public IReadOnlyList<NoSplitToken> NoSplit { get; }

    /// <summary>Left out of decoded answers.</summary>
    public bool IsSpecial(int id) => _special.ContainsKey(id);

    /// <summary>Has text of any kind; ids beyond the tokenizer, which a padded lm_head can produce, have none.</summary>
    public bool Contains(int id) => (uint)id < (uint)_pieces.Count || _added.ContainsKey(id);

    public bool TryGetAdded(int id, out string text) => _added.TryGetValue(id, out text!);

    public bool TryGetByte(int id, out byte value) => _byteOf.TryGetValue(id, out value);

    public int ByteId(byte value) => _bytes[value];

    /// <summary>A token as the files write it.</summary>
    public string Name(int id) => _added.TryGetValue(id, out var text) ? text : _pieces[id].Text;

    /// <summary>Name of a special token.</summary>
    public string SpecialText(int id) => _special[id];

    /// <summary>Appends a piece as it reads within a sentence. The first piece of a run loses the space that encoding put before it.</summary>
    public void AppendPiece(StringBuilder text, int id, bool first)
    {
        switch (_pieces[id].Type)
        {
            case PieceType.Control:
                break;
            case PieceType.Unknown:
                text.Append(" \u2047 ");
                break;
            default:
                var piece = _pieces[id].Text;
                var skip = first && piece.StartsWith(EncodedSpace) ? 1 : 0;
                text.Append(piece, skip, piece.Length - skip).Replace(EncodedSpace, ' ', text.Length - piece.Length + skip, piece.Length - skip);
                break;
        }
    }

    /// <summary>True if some piece's text holds the character, so that it may merge with its neighbours.</summary>
    public bool Merges(char c) => _pieces.Any(piece => piece.Type is not (PieceType.Byte or PieceType.Control or PieceType.Unknown) && piece.Text.Contains(c));

    private void MapBytes(List<string> faults)
    {
        Array.Fill(_bytes, -1);
        for (var id = 0; id < _pieces.Count; id++)
        {
            if (_pieces[id] is { Type: PieceType.Byte, Text: ['<', '0', 'x', _, _, '>'] text })
            {
                var value = Convert.FromHexString(text.AsSpan(3, 2))[0];
                _bytes[value] = id;
                _byteOf[id] = value;
            }
        }

        if (Array.IndexOf(_bytes, -1) >= 0)
        {
            faults.Add("tokenizer.model: not all 256 byte pieces are there, so not every character could be written");
        }
    }
}
