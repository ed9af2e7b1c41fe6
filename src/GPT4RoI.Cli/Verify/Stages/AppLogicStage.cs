using System.Text.Json;
using GPT4RoI.Model.Prompting;
using GPT4RoI.Model.Regions;

namespace GPT4RoI.Cli.Verify.Stages;

/// <summary>The demo's rules around the model: stop texts, which questions it accepts, how it rewrites them, how it normalises boxes.</summary>
internal sealed class AppLogicStage : SynchronousStage
{
    public override string Name => "app_logic";

    protected override IEnumerable<VerifyResult> Run(FixtureSet fixtures, CancellationToken cancellationToken)
    {
        var path = fixtures.PathOf("cases", "app_logic.json");
        if (!File.Exists(path))
        {
            yield break;
        }
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        IEnumerable<VerifyResult>[] parts =
        [
            Section(document, "stopping", (item, index) => item.TryGetProperty("generated_ids", out _) ? Stopping(fixtures, item, index) : []),
            Section(document, "check_input", (item, _) => CheckInput(item)),
            Section(document, "text_substitution", Substitution),
            Section(document, "box_norm", Boxes),
        ];
        foreach (var result in parts.SelectMany(part => part))
        {
            yield return result;
        }
    }

    private static IEnumerable<VerifyResult> Section(JsonDocument document, string name, Func<JsonElement, int, IEnumerable<VerifyResult>> check) =>
        document.RootElement.TryGetProperty(name, out var items) ? items.EnumerateArray().SelectMany((item, index) => check(item, index)) : [];

    private IEnumerable<VerifyResult> Stopping(FixtureSet fixtures, JsonElement item, int index)
    {
        int[] ids = [.. item.GetProperty("generated_ids").EnumerateArray().Select(id => id.GetInt32())];
        var expected = item.GetProperty("stops_after_n_tokens");
        var stop = new KeywordStop(ConversationTemplate.For(fixtures.Config.ConversationVersion).Separator, []);
        var detokenizer = fixtures.Tokenizer.CreateDetokenizer();
        var stopped = Array.FindIndex(ids, id => stop.Append(detokenizer.Append(id)).Stopped) is var at and >= 0 ? at + 1 : (int?)null;
        yield return Compare.Exact(
            Name, $"stopping {index} after", stopped?.ToString(), expected.ValueKind == JsonValueKind.Null ? null : expected.GetInt32().ToString());

        var decoded = fixtures.Tokenizer.Decode(ids[..(stopped ?? ids.Length)], skipSpecial: true);
        yield return Compare.Exact(Name, $"stopping {index} decoded", decoded, item.GetProperty("decoded").GetString());
        yield return Compare.Exact(Name, $"stopping {index} shown", LiteralAnswer.Shown(decoded), item.GetProperty("shown").GetString());
        yield return Compare.Exact(
            Name, $"stopping {index} history", LiteralAnswer.StoredInHistory(decoded), item.GetProperty("stored_in_history").GetString());
    }

    private IEnumerable<VerifyResult> CheckInput(JsonElement item)
    {
        var name = "check_input " + item.GetProperty("name").GetString();
        var boxes = item.GetProperty("boxes");
        var check = LiteralInputCheck.Check(
            item.GetProperty("text").GetString()!, boxes.ValueKind == JsonValueKind.Null ? null : boxes.GetArrayLength(),
            item.GetProperty("first_round").GetBoolean(), Texts(item, "known_regions"), item.GetProperty("known_boxes").GetInt32());
        yield return Compare.Exact(Name, name, (check.Verdict != LiteralInputVerdict.Accepted).ToString(), item.GetProperty("error").GetBoolean().ToString());
        yield return Compare.Exact(Name, name + " text", check.Text, item.GetProperty("text_out").GetString());
        yield return Compare.Exact<string>(Name, name + " known", [.. check.KnownRegions.Order()], [.. Texts(item, "known_regions_after").Order()]);
    }

    private IEnumerable<VerifyResult> Substitution(JsonElement item, int index)
    {
        var ours = LiteralQuestion.Substitute(item.GetProperty("question").GetString()!, item.GetProperty("first_round").GetBoolean());
        yield return Compare.Exact(Name, $"text_substitution {index}", ours.Value, item.GetProperty("value").GetString());
    }

    private IEnumerable<VerifyResult> Boxes(JsonElement item, int index)
    {
        var size = item.GetProperty("size_wh");
        var (width, height) = (size[0].GetInt32(), size[1].GetInt32());
        float[] ours = [.. item.GetProperty("boxes_px").EnumerateArray()
            .Select(box => BoundingBox.FromPixels(box[0].GetDouble(), box[1].GetDouble(), box[2].GetDouble(), box[3].GetDouble(), width, height))
            .SelectMany(box => new[] { box.X1, box.Y1, box.X2, box.Y2 })];
        float[] theirs = [.. item.GetProperty("norm_f32").EnumerateArray().SelectMany(box => box.EnumerateArray()).Select(value => value.GetSingle())];
        yield return Compare.Values(Name, $"box_norm {index}", ours, theirs, Tolerances.Exact);
    }

    private static string[] Texts(JsonElement item, string name) => [.. item.GetProperty(name).EnumerateArray().Select(text => text.GetString()!)];
}
