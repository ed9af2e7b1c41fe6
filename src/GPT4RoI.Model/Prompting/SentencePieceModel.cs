using Google.Protobuf;

namespace GPT4RoI.Model.Prompting;

/// <summary>What a piece of a SentencePiece vocabulary is (<c>sentencepiece_model.proto: SentencePiece.Type</c>).</summary>
internal enum PieceType
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}

internal readonly record struct Piece(string Text, PieceType Type);

/// <summary>
/// The pieces of a <c>tokenizer.model</c>, and the same model with names that text cannot spell for all pieces that are not text.
/// Microsoft.ML.Tokenizers merges text into any piece whose name it spells, control pieces included: given the pieces <c>&lt;/</c> and
/// <c>s&gt;</c>, as in LLaMA's vocabulary, a user's "&lt;/s&gt;" would end the turn. SentencePiece itself never does that.
/// </summary>
internal sealed class SentencePieceModel
{
    private const uint PieceField = 1;
    private const uint TextField = 1;
    private const uint TypeField = 3;
    private const string FirstByte = "<0x00>";

    private SentencePieceModel(IReadOnlyList<Piece> pieces, byte[] inert) => (Pieces, Inert) = (pieces, inert);

    /// <summary>By id.</summary>
    public IReadOnlyList<Piece> Pieces { get; }

    /// <summary>The renamed model, for the encoder.</summary>
    public byte[] Inert { get; }

    /// <exception cref="InvalidDataException">Not a SentencePiece model.</exception>
    public static SentencePieceModel Parse(byte[] file)
    {
        try
        {
            return ParseFields(file);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new InvalidDataException("The file is not a SentencePiece model.", exception);
        }
    }

    private static SentencePieceModel ParseFields(byte[] file)
    {
        var pieces = new List<Piece>();
        using var renamed = new MemoryStream(file.Length);
        using var input = new CodedInputStream(file);
        using var output = new CodedOutputStream(renamed);
        while (input.ReadTag() is var tag and not 0)
        {
            if (tag == WireFormat.MakeTag((int)PieceField, WireFormat.WireType.LengthDelimited))
            {
                output.WriteTag(tag);
                output.WriteBytes(Rename(input.ReadBytes(), pieces));
            }
            else
            {
                Copy(input, output, tag);
            }
        }

        output.Flush();
        return new SentencePieceModel(pieces, renamed.ToArray());
    }

    private static ByteString Rename(ByteString message, List<Piece> pieces)
    {
        var piece = ReadPiece(message);
        pieces.Add(piece);

        // The encoder finds the byte pieces through the name of the first one, so that keeps it.
        if (piece.Type is PieceType.Normal or PieceType.UserDefined or PieceType.Unused || piece.Text == FirstByte)
        {
            return message;
        }

        using var renamed = new MemoryStream();
        using var output = new CodedOutputStream(renamed);
        // A space in a name is never matched: in the text, every space has become U+2581.
        output.WriteTag((int)TextField, WireFormat.WireType.LengthDelimited);
        output.WriteString($" {piece.Text}");
        output.WriteTag((int)TypeField, WireFormat.WireType.Varint);
        output.WriteEnum((int)piece.Type);
        output.Flush();
        return ByteString.CopyFrom(renamed.ToArray());
    }

    private static Piece ReadPiece(ByteString message)
    {
        var (text, type) = ("", PieceType.Normal);
        using var input = message.CreateCodedInput();
        while (input.ReadTag() is var tag and not 0)
        {
            if (tag == WireFormat.MakeTag((int)TextField, WireFormat.WireType.LengthDelimited))
            {
                text = input.ReadString();
            }
            else if (tag == WireFormat.MakeTag((int)TypeField, WireFormat.WireType.Varint))
            {
                type = (PieceType)input.ReadEnum();
            }
            else
            {
                input.SkipLastField();
            }
        }

        return new Piece(text, type);
    }

    private static void Copy(CodedInputStream input, CodedOutputStream output, uint tag)
    {
        output.WriteTag(tag);
        switch (WireFormat.GetTagWireType(tag))
        {
            case WireFormat.WireType.LengthDelimited:
                output.WriteBytes(input.ReadBytes());
                break;
            case WireFormat.WireType.Varint:
                output.WriteUInt64(input.ReadUInt64());
                break;
            case WireFormat.WireType.Fixed32:
                output.WriteFixed32(input.ReadFixed32());
                break;
            case WireFormat.WireType.Fixed64:
                output.WriteFixed64(input.ReadFixed64());
                break;
            default:
                throw new InvalidDataException("The file is not a SentencePiece model.");
        }
    }
}
