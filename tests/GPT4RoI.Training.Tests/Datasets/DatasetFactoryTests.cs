using GPT4RoI.Model.Prompting;
using GPT4RoI.Training.Datasets;
using GPT4RoI.Training.Instructions;
using GPT4RoI.Training.Tests.Instructions;

namespace GPT4RoI.Training.Tests.Datasets;

public sealed class DatasetFactoryTests
{
    [Fact]
    public void Create_EveryKind_GivesSamplesThatTheEncoderTakes()
    {
        var configs = DatasetConfig.Read(Fixture.File("data.json"));
        var dataset = DatasetFactory.Create(configs, 1, new DataFaults());
        var encoder = new InstructionEncoder(GoldenInstructions.Tokenizer, ConversationTemplate.Vicuna, 4);

        Assert.Equal(DatasetFactory.Kinds, configs.Select(config => config.Kind).Concat(["scenes", "told_scenes"])); // generated: SceneDatasetTests
        Assert.Equal(2 + (2 * 2) + 2 + 2 + 1 + 1 + 3 + 1 + 1 + 2, dataset.Count);
        for (var index = 0; index < dataset.Count; index++)
        {
            if (dataset.Get(index, new Random(index)) is { } sample)
            {
                var encoded = encoder.Encode(sample);
                Assert.Equal(sample.Boxes.Count, encoded.BoxPositions.Length);
                Assert.Contains(encoded.Labels, label => label != EncodedSample.Ignored);
            }
        }
    }

    [Theory]
    [InlineData("""[{"kind": "imagenet"}]""", "no data set of kind \"imagenet\"; there are coco, refcoco, ")]
    [InlineData("""[{"kind": "vcr", "images": "x"}]""", "\"vcr\" (vcr): \"annotations\" is missing")]
    [InlineData("""[{"kind": "coco", "name": "mine", "annotations": "coco.json"}]""", "\"mine\" (coco): \"images\" is missing")]
    [InlineData("""[{"kind": "vcr", "annotations": "vcr.jsonl", "images": ".", "max_boxes": 3}]""", "\"max_boxes\" has no meaning for this kind")]
    [InlineData("""[{"kind": "coco", "annotations": "coco.json", "images": ".", "max_boxes": 0}]""", "\"max_boxes\" must be 1 or more")]
    [InlineData("""[{"kind": "coco", "annotations": "coco.json", "images": ".", "ratio": 0}]""", "\"ratio\" must be above 0")]
    [InlineData("""[{"kind": "coco", "annotations": "nowhere.json", "images": "."}]""", "nowhere.json cannot be read")]
    [InlineData("""[{"kind": "coco", "annotations": "llava.json", "images": "."}]""", "llava.json holds no list \"images\"")]
    [InlineData("""[{"kind": "llava", "annotations": "coco.json", "images": ".", "classes": "classes.json", "detections": "detections.json"}]""", "coco.json is not a list")]
    [InlineData("""[{"kind": "coco", "anotations": "coco.json"}]""", "anotations")]
    [InlineData("""[{"annotations": "coco.json"}]""", "'kind'")]
    [InlineData("""{"model": 1}""", "is no configuration")]
    [InlineData("""[]""", "no sample")]
    public void Create_WrongConfiguration_SaysWhat(string json, string message)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("data.json", json);

        var exception = Assert.Throws<DatasetException>(
            () => DatasetFactory.Create([.. DatasetConfig.Read(path).Select(config => InFixtures(config, folder))], 1, new DataFaults()));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ListOfATrainingConfiguration_TakesItsFolderForRelativePaths()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.json", """{"epochs": 2, "data": [{"kind": "refcoco+", "annotations": "a/b.json", "images": "/pictures", "ratio": 0.5}]}""");

        var config = Assert.Single(DatasetConfig.Read(folder.File("train.json")));
        Assert.Equal(new DatasetConfig("refcoco+") { Annotations = folder.File("a/b.json"), Images = "/pictures", Ratio = 0.5 }, config);
    }

    private static DatasetConfig InFixtures(DatasetConfig config, TemporaryFolder folder)
    {
        string? Moved(string? path) => path?.Replace(folder.Path, Fixture.Folder, StringComparison.Ordinal);
        return config with { Annotations = Moved(config.Annotations), Images = Moved(config.Images), Detections = Moved(config.Detections), Classes = Moved(config.Classes) };
    }
}
