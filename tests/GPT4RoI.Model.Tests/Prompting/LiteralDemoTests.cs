using System.Text.Json;
using GPT4RoI.Model.Prompting;
using GPT4RoI.Model.Regions;

namespace GPT4RoI.Model.Tests.Prompting;

/// <summary>The recorded behaviour of the authors' demo, rule by rule.</summary>
public sealed class LiteralDemoTests
{
    [Fact]
    public void Check_RecordedInputs_GivesTheDemosVerdicts()
    {
        foreach (var recorded in GoldenPrompting.AppLogic.GetProperty("check_input").EnumerateArray())
        {
            var boxes = recorded.GetProperty("boxes");
            var check = LiteralInputCheck.Check(
                recorded.Text("text"), boxes.ValueKind == JsonValueKind.Null ? null : boxes.GetArrayLength(), recorded.GetProperty("first_round").GetBoolean(),
                Names(recorded, "known_regions"), recorded.GetProperty("known_boxes").GetInt32());

            Assert.Equal(recorded.GetProperty("error").GetBoolean(), check.Verdict != LiteralInputVerdict.Accepted);
            Assert.Equal(recorded.Text("text_out"), check.Text);
            Assert.Equal(Names(recorded, "known_regions_after"), check.KnownRegions);
            AssertReason(recorded.GetProperty("error_text").GetString(), check);
        }
    }

    [Fact]
    public void Substitute_RecordedQuestions_GivesTheDemosText()
    {
        foreach (var recorded in GoldenPrompting.AppLogic.GetProperty("text_substitution").EnumerateArray())
        {
            Assert.Equal(recorded.Text("value"), LiteralQuestion.Substitute(recorded.Text("question"), recorded.GetProperty("first_round").GetBoolean()).Value);
        }
    }

    [Fact]
    public void Substitute_EmptyQuestion_Greets() => Assert.Equal("hello, world!", LiteralQuestion.Substitute(" \x1c\n", firstRound: false).Value);

    [Fact]
    public void FromPixels_RecordedBoxes_GivesTheDemosFloats()
    {
        foreach (var recorded in GoldenPrompting.AppLogic.GetProperty("box_norm").EnumerateArray())
        {
            var size = recorded.Ids("size_wh");
            var boxes = recorded.GetProperty("boxes_px").Deserialize<double[][]>()!;
            var expected = recorded.GetProperty("norm_f32").Deserialize<float[][]>()!;

            Assert.Equal(
                expected.Select(box => new BoundingBox(box[0], box[1], box[2], box[3])),
                boxes.Select(box => BoundingBox.FromPixels(box[0], box[1], box[2], box[3], size[0], size[1])));
        }
    }

    [Fact]
    public void Answer_RecordedGenerations_IsShownAndStoredAsInTheDemo()
    {
        foreach (var recorded in Stopping())
        {
            Assert.Equal(recorded.Text("shown"), LiteralAnswer.Shown(recorded.Text("decoded")));
            Assert.Equal(recorded.Text("stored_in_history"), LiteralAnswer.StoredInHistory(recorded.Text("decoded")));
        }
    }

    [Fact]
    public void KeywordStop_RecordedGenerations_StopsAfterTheSameToken()
    {
        foreach (var recorded in Stopping())
        {
            var stop = new KeywordStop(ConversationTemplate.Authors.Separator, []);
            var detokenizer = GoldenPrompting.Tokenizer.CreateDetokenizer();
            var text = "";
            int? after = null;
            foreach (var (index, id) in recorded.Ids("generated_ids").Index())
            {
                var check = stop.Append(detokenizer.Append(id));
                text += check.Text;
                if (check.Stopped)
                {
                    after = index + 1;
                    break;
                }
            }

            text += after is null ? stop.Finish(detokenizer.Flush()).Text : "###";
            Assert.Equal(recorded.GetProperty("stops_after_n_tokens").Deserialize<int?>(), after);
            Assert.Equal(recorded.Text("decoded"), text);
        }
    }

    [Fact]
    public void EncodeLiteral_Separator_IsMoreThanOneToken()
    {
        var recorded = GoldenPrompting.AppLogic.GetProperty("stopping").EnumerateArray().Single(entry => entry.TryGetProperty("tokenized", out _));

        Assert.Equal(recorded.Ids("tokenized"), GoldenPrompting.Tokenizer.EncodeLiteral(new LiteralText("###"), addBos: true));
    }

    private static IEnumerable<JsonElement> Stopping() =>
        GoldenPrompting.AppLogic.GetProperty("stopping").EnumerateArray().Where(entry => entry.TryGetProperty("generated_ids", out _));

    private static string[] Names(JsonElement element, string name) => element.GetProperty(name).Deserialize<string[]>()!;

    private static void AssertReason(string? recorded, LiteralInputCheck check)
    {
        var words = check.Verdict switch
        {
            LiteralInputVerdict.NoImage => "upload an image first",
            LiteralInputVerdict.NoBoxes => "drawing boxes",
            LiteralInputVerdict.NoMention => "doesn't have correct reference",
            LiteralInputVerdict.CountMismatch => $"the number of <regionx> is {check.Mentions}, which does not match the number of bounding box in the image,  {check.NewBoxes}.",
            _ => null,
        };
        if (words is null)
        {
            Assert.Null(recorded);
        }
        else
        {
            Assert.Contains(words, recorded, StringComparison.Ordinal);
        }
    }
}
