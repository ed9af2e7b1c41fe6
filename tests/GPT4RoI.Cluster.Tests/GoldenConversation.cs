using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using GPT4RoI.Client;
using GPT4RoI.Cluster.Tests.Processes;

namespace GPT4RoI.Cluster.Tests;

/// <summary>A conversation that the authors' own code had with the fixture model, greedily.</summary>
/// <param name="Name">Its name in the fixtures.</param>
/// <param name="ImagePath">The picture.</param>
/// <param name="Turns">Question, regions new in it, and the recorded answer.</param>
internal sealed partial record GoldenConversation(string Name, string ImagePath, IReadOnlyList<GoldenTurn> Turns)
{
    private const string Cases = "tests/golden/cases";

    /// <summary>Reads one of the recorded conversations.</summary>
    public static GoldenConversation Read(string name)
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(Built.File($"{Cases}/prompts.json")));
        var recorded = file.RootElement.GetProperty("cases").EnumerateArray().Single(item => item.GetProperty("name").GetString() == name);
        var turns = new List<GoldenTurn>();
        var mentioned = new HashSet<int>();
        var known = 0;
        foreach (var turn in recorded.GetProperty("turns").EnumerateArray())
        {
            // each turn records all boxes so far; what is beyond those of the turn before is new. The authors give the k-th box to the k-th new
            // mention, whatever its number; here a region's number says which box it is
            var question = turn.GetProperty("user_text").GetString()!;
            int[] ids = [.. Mention().Matches(question).Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)).Where(mentioned.Add)];
            var boxes = turn.GetProperty("boxes_px_passed").EnumerateArray().Select(box => box.EnumerateArray().Select(edge => edge.GetDouble()).ToArray()).ToList();
            Region[] regions = [.. boxes.Skip(known).Zip(ids, (box, id) => Region.Pixels(id, box[0], box[1], box[2], box[3]))];
            known = Math.Max(known, boxes.Count);
            turns.Add(new GoldenTurn(
                question, regions,
                [.. turn.GetProperty("generated_ids").EnumerateArray().Select(id => id.GetInt32())],
                turn.GetProperty("assistant_text_in_history").GetString()!));
        }
        return new GoldenConversation(name, Built.File($"{Cases}/images/{recorded.GetProperty("image").GetString()}"), turns);
    }

    [GeneratedRegex("<region([0-9]+)>")]
    private static partial Regex Mention();
}

/// <summary>A recorded turn.</summary>
internal sealed record GoldenTurn(string Question, IReadOnlyList<Region> NewRegions, IReadOnlyList<int> TokenIds, string Answer);
