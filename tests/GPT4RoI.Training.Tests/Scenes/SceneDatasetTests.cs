using GPT4RoI.Model.Vision;
using GPT4RoI.Training.Datasets;
using GPT4RoI.Training.Instructions;
using GPT4RoI.Training.Scenes;

namespace GPT4RoI.Training.Tests.Scenes;

public sealed class SceneDatasetTests
{
    private const int Grid = 8, Patch = 16;

    private static readonly ImagePreprocessor Preprocessor = new(Grid * Patch, [0.5f, 0.5f, 0.5f], [0.5f, 0.5f, 0.5f]);

    private static readonly DatasetConfig Config = new("scenes")
    {
        Classes = Path.Combine(DemoFiles.Folder, "classes.json"),
        Sprites = [Path.Combine(DemoFiles.Folder, "sprites")],
        Images = Path.Combine(DemoFiles.Folder, "backgrounds"),
        Augmentation = 0.5f,
        Count = 7,
    };

    [Fact]
    public void Open_Scenes_GivesTheSameConversationForTheSameRandomNumbers()
    {
        var dataset = DatasetFactory.Open(Config, new DataFaults());

        var (one, again, other) = (dataset.Get(0, new Random(5))!, dataset.Get(3, new Random(5))!, dataset.Get(0, new Random(6))!);

        Assert.Equal(7, dataset.Count);
        Assert.Equal(one.Turns, again.Turns);
        Assert.Equal(one.Image!.Load(Preprocessor), again.Image!.Load(Preprocessor));
        Assert.NotEqual(one.Image.Load(Preprocessor), other.Image!.Load(Preprocessor));
    }

    [Fact]
    public void Open_ToldScenes_HaveNoPicture()
    {
        var dataset = DatasetFactory.Open(Config with { Kind = "told_scenes", Images = null, Augmentation = null }, new DataFaults());

        Assert.All(Enumerable.Range(0, 20), seed => Assert.Null(dataset.Get(0, new Random(seed))!.Image));
        Assert.Equal(dataset.Get(0, new Random(5))!.Turns, dataset.Get(3, new Random(5))!.Turns);
    }

    [Fact]
    public void Open_ToldScenesWithAugmentation_IsRefused() => Assert.Contains(
        "\"augmentation\" has no meaning for this kind",
        Assert.Throws<DatasetException>(() => DatasetFactory.Open(Config with { Kind = "told_scenes" }, new DataFaults())).Message);

    [Fact]
    public void Open_ScenesWithTasks_AsksNothingElse()
    {
        var dataset = DatasetFactory.Open(Config with { Tasks = ["Overlap", "height"] }, new DataFaults());

        // A scene that allows neither is asked for a name.
        var answers = Enumerable.Range(0, 200).SelectMany(seed => dataset.Get(0, new Random(seed))!.Turns).Select(turn => turn.Assistant)
            .Where(answer => !answer.StartsWith("A ", StringComparison.Ordinal) && !answer.StartsWith("An ", StringComparison.Ordinal)).Distinct();

        Assert.Equal(["Above.", "Below.", "No.", "Yes."], answers.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("\"tasks\" is empty")]
    [InlineData("\"tasks\" holds \"Sing\"; there are Name, NameAll, ", "Name", "Sing")]
    [InlineData("\"tasks\" holds \"3\"", "3")]
    public void Open_ScenesWithTasksThatThereAreNot_SaysWhich(string message, params string[] tasks) => Assert.Contains(
        message, Assert.Throws<DatasetException>(() => DatasetFactory.Open(Config with { Tasks = tasks }, new DataFaults())).Message);

    [Theory]
    [InlineData(2f, 7, "\"augmentation\" must be from 0 to 1")]
    [InlineData(0f, 0, "\"count\" must be 1 or more")]
    [InlineData(0f, null, "\"count\" is missing")]
    public void Open_ScenesWithAWrongNumber_SaysWhich(float augmentation, int? count, string message) => Assert.Contains(
        message,
        Assert.Throws<DatasetException>(() => DatasetFactory.Open(Config with { Augmentation = augmentation, Count = count }, new DataFaults())).Message);

    [Fact]
    public void OpenVision_AnotherKind_IsRefused() => Assert.Throws<DatasetException>(
        () => DatasetFactory.OpenVision(new DatasetConfig("coco"), Preprocessor, Grid, new DataFaults()));

    [Fact]
    public void GetDense_Numbers_CountTheObjectsFromLeftToRight()
    {
        var generator = new SceneGenerator(DemoFiles.Sprites, DemoFiles.Options(0.5f));
        var dataset = new SceneDenseDataset(generator, DemoFiles.Classes.Items.Count, 10, Preprocessor, Grid);
        var most = 0;
        for (var seed = 0; seed < 40; seed++)
        {
            var sample = dataset.Get(0, new Random(seed)); // every other sample is a scene, not a grid
            var scene = generator.Create(new Random(seed));
            var order = scene.Objects.OrderBy(item => (int)((item.Bounds.X1 + item.Bounds.X2) / 2 * Grid)).ThenBy(item => (int)((item.Bounds.Y1 + item.Bounds.Y2) / 2 * Grid)).ToArray();
            Assert.All(sample.NumberLabels.Zip(sample.PatchLabels), patch => Assert.Equal(patch.Second == DemoFiles.Classes.Items.Count, patch.First == 0));
            foreach (var (patch, number) in sample.NumberLabels.Index().Where(patch => patch.Item > 0))
            {
                var (item, column, row) = (order[number - 1], patch % Grid, patch / Grid);
                Assert.Equal(item.Class, sample.PatchLabels[patch]);
                Assert.Equal((item.Bounds.X1 + item.Bounds.X2) / 2, (column + 0.5f + sample.CentreOffsets[2 * patch]) / Grid, 1e-5f);
                Assert.Equal((item.Bounds.Y1 + item.Bounds.Y2) / 2, (row + 0.5f + sample.CentreOffsets[(2 * patch) + 1]) / Grid, 1e-5f);
            }
            Assert.All(sample.NumberLabels.Index().Where(patch => patch.Item <= 0), patch => Assert.Equal(float.NaN, sample.CentreOffsets[2 * patch.Index]));

            most = Math.Max(most, sample.NumberLabels.Max());
        }

        Assert.Equal(5, most);
        Assert.All(dataset.Get(1, new Random(0)).NumberLabels, number => Assert.Equal(EncodedSample.Ignored, number)); // a grid
    }

    [Fact]
    public void GetDense_Patches_HaveTheClassOfWhatCoversThem()
    {
        var generator = new SceneGenerator(DemoFiles.Sprites, DemoFiles.Options(0));
        var dataset = new SceneDenseDataset(generator, DemoFiles.Classes.Items.Count, 10, Preprocessor, Grid);
        var seen = new HashSet<string>();
        for (var seed = 0; seed < 40; seed++)
        {
            var sample = dataset.Get(0, new Random(seed)); // every other sample is a scene, not a grid
            var scene = generator.Create(new Random(seed));

            Assert.Equal(scene.Objects.Select(item => item.Class), sample.BoxLabels);
            Assert.Equal(scene.Objects.Select(item => item.Box), sample.Boxes);
            for (var patch = 0; patch < Grid * Grid; patch++)
            {
                var pixels = Enumerable.Range(0, Patch * Patch)
                    .Select(pixel => scene.Owner[((patch / Grid * Patch) + (pixel / Patch)) * Grid * Patch + (patch % Grid * Patch) + (pixel % Patch)]).ToArray();
                var most = pixels.Where(owner => owner > 0).GroupBy(owner => owner).OrderByDescending(group => group.Count()).FirstOrDefault();
                switch (sample.PatchLabels[patch])
                {
                    case EncodedSample.Ignored:
                        Assert.True(pixels.Count(owner => owner == 0) < 0.85 * pixels.Length && (most?.Count() ?? 0) < 0.4 * pixels.Length);
                        seen.Add("neither");
                        break;
                    case var label when label == DemoFiles.Classes.Items.Count:
                        Assert.True(pixels.Count(owner => owner == 0) >= 0.85 * pixels.Length);
                        seen.Add("background");
                        break;
                    case var label:
                        Assert.Contains(scene.Objects.Index(), item => item.Item.Class == label && pixels.Count(owner => owner == item.Index + 1) == most!.Count());
                        seen.Add("object");
                        break;
                }
            }
        }

        Assert.Equal(["background", "neither", "object"], seen.Order());
    }
}
