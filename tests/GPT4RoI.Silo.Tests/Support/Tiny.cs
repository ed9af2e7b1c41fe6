using System.Text.Json;
using GPT4RoI.Cluster.Tests.Processes;
using GPT4RoI.Contracts.Regions;

namespace GPT4RoI.Silo.Tests.Support;

/// <summary>The fixture model and what the authors' own code answered with it.</summary>
internal static class Tiny
{
    /// <summary>The checkpoint's folder.</summary>
    public static string Model => Built.File("tests/golden/tiny");

    /// <summary>A picture of the fixtures.</summary>
    public static byte[] Picture(string name) => File.ReadAllBytes(Built.File($"tests/golden/cases/images/{name}"));

    /// <summary>The recorded turns of a conversation: question, regions new in it, greedy token ids, answer.</summary>
    public static IReadOnlyList<RecordedTurn> Turns(string conversation, int width, int height)
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(Built.File("tests/golden/cases/prompts.json")));
        var recorded = file.RootElement.GetProperty("cases").EnumerateArray().Single(item => item.GetProperty("name").GetString() == conversation);
        var known = 0;
        var turns = new List<RecordedTurn>();
        foreach (var turn in recorded.GetProperty("turns").EnumerateArray())
        {
            var boxes = turn.GetProperty("boxes_px_passed").EnumerateArray().Select(box => box.EnumerateArray().Select(edge => edge.GetDouble()).ToArray()).ToList();
            Region[] regions =
            [
                .. boxes.Skip(known).Select((box, index) => new Region(
                    known + index + 1,
                    new RegionBox((float)(box[0] / width), (float)(box[1] / height), (float)(box[2] / width), (float)(box[3] / height)))),
            ];
            known = Math.Max(known, boxes.Count);
            turns.Add(new RecordedTurn(
                turn.GetProperty("user_text").GetString()!, regions,
                [.. turn.GetProperty("generated_ids").EnumerateArray().Select(id => id.GetInt32())],
                turn.GetProperty("assistant_text_in_history").GetString()!));
        }
        return turns;
    }
}

/// <summary>One recorded turn.</summary>
internal sealed record RecordedTurn(string Question, IReadOnlyList<Region> NewRegions, IReadOnlyList<int> TokenIds, string Answer);
