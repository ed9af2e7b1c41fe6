using System.Text.Json;
using GPT4RoI.Model.Prompting;

namespace GPT4RoI.Cli.Verify.Stages;

/// <summary>Text to ids and back, quirks of the slow LLaMA tokenizer included.</summary>
internal sealed class TokenizerStage : SynchronousStage
{
    public override string Name => "tokenizer";

    protected override IEnumerable<VerifyResult> Run(FixtureSet fixtures, CancellationToken cancellationToken)
    {
        var path = fixtures.PathOf("cases", "tokenizer_vectors.json");
        if (!File.Exists(path))
        {
            yield break;
        }
        using var vectors = JsonDocument.Parse(File.ReadAllText(path));
        var tokenizer = fixtures.Tokenizer;
        var index = 0;
        foreach (var vector in vectors.RootElement.GetProperty("encode").EnumerateArray())
        {
            var ids = Ids(vector, "input_ids");
            yield return Compare.Exact(Name, $"encode {index}", tokenizer.EncodeLiteral(new LiteralText(Text(vector, "text")), addBos: true), ids);
            yield return Compare.Exact(Name, $"encode {index} decode", tokenizer.Decode(ids, skipSpecial: false), Text(vector, "decode"));
            yield return Compare.Exact(Name, $"encode {index} decode skip", tokenizer.Decode(ids, skipSpecial: true), Text(vector, "decode_skip_special"));
            yield return Compare.Exact(
                Name, $"encode {index} decode no bos", tokenizer.Decode(ids[1..], skipSpecial: true), Text(vector, "decode_skip_special_no_bos"));
            index++;
        }
        index = 0;
        foreach (var vector in vectors.RootElement.GetProperty("decode").EnumerateArray())
        {
            var ids = Ids(vector, "ids");
            yield return Compare.Exact(Name, $"decode {index}", tokenizer.Decode(ids, skipSpecial: false), Text(vector, "decode"));
            yield return Compare.Exact(Name, $"decode {index} skip", tokenizer.Decode(ids, skipSpecial: true), Text(vector, "decode_skip_special"));
            yield return Compare.Exact(Name, $"decode {index} streamed", Stream(tokenizer, ids), Text(vector, "decode_skip_special"));
            index++;
        }
    }

    private static string Stream(Gpt4RoiTokenizer tokenizer, int[] ids)
    {
        var detokenizer = tokenizer.CreateDetokenizer();
        return string.Concat(ids.Select(detokenizer.Append)) + detokenizer.Flush();
    }

    private static string Text(JsonElement vector, string name) => vector.GetProperty(name).GetString()!;

    private static int[] Ids(JsonElement vector, string name) => [.. vector.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];
}
