using System.Text.Json;
using GPT4RoI.Model.Regions;

namespace GPT4RoI.Training.Tests.Modules;

/// <summary>The first turn of a case of cases/prompts.json.</summary>
internal sealed record GoldenTurn(int[] Ids, int ImageOffset, int[] BoxPositions, BoundingBox[] Boxes)
{
    public static GoldenTurn First(string name)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(GoldenFiles.Root, "cases", "prompts.json")));
        var turn = json.RootElement.GetProperty("cases").EnumerateArray().Single(item => item.GetProperty("name").GetString() == name).GetProperty("turns")[0];
        var positions = turn.GetProperty("positions");
        var boxes = turn.GetProperty("bboxes_norm").Deserialize<float[][]>()!;
        return new(
            turn.GetProperty("input_ids").Deserialize<int[]>()!, positions.GetProperty("im_patch_first_last")[0].GetInt32(),
            positions.GetProperty("bbox").Deserialize<int[]>()!, [.. boxes.Select(box => new BoundingBox(box[0], box[1], box[2], box[3]))]);
    }
}
