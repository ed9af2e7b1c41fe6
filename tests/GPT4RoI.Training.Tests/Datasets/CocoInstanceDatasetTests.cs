using GPT4RoI.Training.Datasets;
using GPT4RoI.Training.Tests.Instructions;

namespace GPT4RoI.Training.Tests.Datasets;

public sealed class CocoInstanceDatasetTests
{
    private static readonly DatasetConfig Config = Fixture.Config("coco", "coco.json");

    [Fact]
    public void Open_HandMadeFile_KeepsPicturesWithUsableBoxes()
    {
        var faults = new DataFaults();
        var dataset = DatasetFactory.Open(Config, faults);

        Assert.Equal(2, dataset.Count); // a third is too small, a fourth has no box
        Assert.Equal("cat dining table", string.Join(' ', dataset.Get(0, new Random(0))!.Turns.Select(turn => turn.Assistant).Order()));
        Assert.Equal("cup", dataset.Get(1, new Random(0))!.Answers());
        Assert.Equal(
            [
                "coco.json, annotations[10]: an annotation lacks its image_id or a bbox of four numbers",
                "coco.json, annotations[11]: the record does not have the expected form",
                "coco.json, image 12: annotations of an image that the file does not list, or that an earlier entry took",
                "coco.json, image 7: a region has no text: no caption, category or phrase that the file knows",
                "coco.json, images[4]: an image lacks its id, file_name, width or height",
            ],
            faults.First.Select(fault => (fault with { File = Path.GetFileName(fault.File), Detail = "" }).ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Get_AnyDraw_ListsTheCategoriesOnceAndAsksOneBoxPerTurn()
    {
        foreach (var sample in Fixture.Open(Config).Draws(0))
        {
            Assert.StartsWith("<image>\n", sample.Turns[0].Human, StringComparison.Ordinal);
            Assert.Contains("cat, dining table, cup.", sample.Turns[0].Human, StringComparison.Ordinal);
            Assert.EndsWith("\n<bbox>", sample.Turns[0].Human, StringComparison.Ordinal);
            Assert.All(sample.Turns.Skip(1), turn => Assert.Equal("<bbox>", turn.Human));
            Assert.Equal(sample.Turns.Count, sample.Boxes.Count);
        }
    }

    [Fact]
    public void Get_ManyDraws_ShiftsAndMirrorsHalfOfThem()
    {
        // The cat's box is 0.1 to 0.6 each way, so its left edge tells the motion where it was not cut.
        var boxes = Fixture.Open(Config).Draws(0).Select(sample => sample.Boxes[sample.Turns.Index().First(turn => turn.Item.Assistant == "cat").Index]).ToArray();

        var still = boxes.Count(box => MathF.Abs(box.Y1 - 0.1f) < 1e-5f && (MathF.Abs(box.X1 - 0.1f) < 1e-5f || MathF.Abs(box.X1 - 0.4f) < 1e-5f));
        Assert.InRange(still, 30, 70);
        Assert.InRange(boxes.Count(box => MathF.Abs(box.X1 - 0.1f) < 1e-5f), 10, 40);
        Assert.InRange(boxes.Count(box => MathF.Abs(box.X1 - 0.4f) < 1e-5f), 10, 40);
        Assert.All(boxes, box => Assert.InRange(box.Y1, 0f, 0.1f + (32f / 224) + 1e-5f));
    }

    [Fact]
    public void Get_MoreBoxesThanAllowed_DrawsAmongThem()
    {
        var answers = Fixture.Open(Config with { MaxBoxes = 1 }).Draws(0).Select(sample => sample.Answers()).ToArray();

        Assert.Equal(["cat", "dining table"], answers.Distinct().Order());
    }

    [Fact]
    public void Get_SameState_GivesTheSameSample()
    {
        var dataset = Fixture.Open(Config);
        var (first, second) = (dataset.Get(0, new Random(5))!, dataset.Get(0, new Random(5))!);

        Assert.Equal(first.Turns, second.Turns);
        Assert.Equal(first.Boxes, second.Boxes);
        Assert.Equal(first.Image!.Load(Pictures.Plain), second.Image!.Load(Pictures.Plain));
    }

    [Fact]
    public void Load_MovedPicture_HasTheObjectWhereTheBoxIs()
    {
        using var folder = new TemporaryFolder();
        Pictures.WriteRectangle(folder.File("white.png"), 448, 336, (112, 84, 224, 168));
        folder.Write("coco.json", """
            {"images": [{"id": 1, "file_name": "white.png", "width": 448, "height": 336}], "categories": [{"id": 1, "name": "square"}],
             "annotations": [{"image_id": 1, "category_id": 1, "bbox": [112, 84, 112, 84], "area": 9}]}
            """);
        var dataset = Fixture.Open(new DatasetConfig("coco") { Annotations = folder.File("coco.json"), Images = folder.Path });

        foreach (var sample in dataset.Draws(0).Take(20))
        {
            var (x1, y1, x2, y2) = Pictures.Bounds(sample.Image!.Load(Pictures.Plain), 224);
            Fixture.AssertBox(sample.Boxes[0], x1 / 224f, y1 / 224f, x2 / 224f, y2 / 224f);
        }
    }
}
