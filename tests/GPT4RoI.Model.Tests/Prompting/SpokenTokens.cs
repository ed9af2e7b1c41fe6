using System.Text;
using Google.Protobuf;

namespace GPT4RoI.Model.Tests.Prompting;

/// <summary>
/// A checkpoint's tokenizer files whose vocabulary can build the name of every special token out of ordinary pieces, as LLaMA's nearly can.
/// </summary>
internal static class SpokenTokens
{
    public static readonly string[] Names = ["<s>", "</s>", "<unk>", "<0x41>"];

    /// <summary>Writes the files into a new folder.</summary>
    public static DirectoryInfo Write()
    {
        var folder = Directory.CreateTempSubdirectory("gpt4roi-tokenizer-");
        File.WriteAllBytes(Path.Combine(folder.FullName, "tokenizer.model"), Model());
        File.WriteAllText(
            Path.Combine(folder.FullName, "added_tokens.json"), """{"<im_patch>": 900, "<bbox>": 901, "<im_start>": 902, "<im_end>": 903}""");
        return folder;
    }

    private static byte[] Model()
    {
        using var bytes = new MemoryStream();
        using var output = new CodedOutputStream(bytes);
        AddPiece(output, "<unk>", 0, 2);
        AddPiece(output, "<s>", 0, 3);
        AddPiece(output, "</s>", 0, 3);
        for (var value = 0; value < 256; value++)
        {
            AddPiece(output, $"<0x{value:X2}>", 0, 6);
        }

        // Every beginning of a name is a piece, so that merging left to right reaches the name itself.
        var pieces = Names.SelectMany(name => Enumerable.Range(1, name.Length - 1).Select(length => name[..length]).Concat(name.Select(c => c.ToString())))
            .Append("\u2581").Distinct();
        foreach (var (index, piece) in pieces.Index())
        {
            AddPiece(output, piece, -index, 1);
        }

        // trainer_spec: model_type = BPE, byte_fallback = true.
        AddMessage(output, 2, spec =>
        {
            spec.WriteTag(3, WireFormat.WireType.Varint);
            spec.WriteEnum(2);
            spec.WriteTag(35, WireFormat.WireType.Varint);
            spec.WriteBool(true);
        });

        // normalizer_spec: identity, add_dummy_prefix, keep extra white space, escape white space.
        AddMessage(output, 3, spec =>
        {
            spec.WriteTag(1, WireFormat.WireType.LengthDelimited);
            spec.WriteString("identity");
            foreach (var (field, value) in new[] { (3, true), (4, false), (5, true) })
            {
                spec.WriteTag(field, WireFormat.WireType.Varint);
                spec.WriteBool(value);
            }
        });
        output.Flush();
        return bytes.ToArray();
    }

    private static void AddPiece(CodedOutputStream output, string text, float score, int type) => AddMessage(output, 1, piece =>
    {
        piece.WriteTag(1, WireFormat.WireType.LengthDelimited);
        piece.WriteBytes(ByteString.CopyFrom(text, Encoding.UTF8));
        piece.WriteTag(2, WireFormat.WireType.Fixed32);
        piece.WriteFloat(score);
        piece.WriteTag(3, WireFormat.WireType.Varint);
        piece.WriteEnum(type);
    });

    private static void AddMessage(CodedOutputStream output, int field, Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using var message = new CodedOutputStream(bytes);
        write(message);
        message.Flush();
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(bytes.ToArray()));
    }
}
