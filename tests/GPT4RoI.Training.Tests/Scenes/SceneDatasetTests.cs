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
    public void Open_ToldScenesWithPicturesOrAugmentationOrCrowds_IsRefused()
    {
        var (pictures, augmented) = (Config with { Kind = "told_scenes", Augmentation = null }, Config with { Kind = "told_scenes", Images = null });
        var crowded = Config with { Kind = "told_scenes", Images = null, Augmentation = null, Crowded = 0.5 };

        Assert.Contains("\"crowded\" has no meaning for this kind", Assert.Throws<DatasetException>(() => DatasetFactory.Open(crowded, new DataFaults())).Message);
        Assert.Contains("\"images\" has no meaning for this kind", Assert.Throws<DatasetException>(() => DatasetFactory.Open(pictures, new DataFaults())).Message);
        Assert.Contains("\"augmentation\" has no meaning for this kind", Assert.Throws<DatasetException>(() => DatasetFactory.Open(augmented, new DataFaults())).Message);
    }

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
    [InlineData(0f, 7, "\"crowded\" must be from 0 to 1", 1.01)]
    [InlineData(0f, 7, "\"crowded\" must be from 0 to 1", -0.01)]
    public void Open_ScenesWithAWrongNumber_SaysWhich(float augmentation, int? count, string message, double? crowded = null) => Assert.Contains(
        message,
        Assert.Throws<DatasetException>(
            () => DatasetFactory.Open(Config with { Augmentation = augmentation, Count = count, Crowded = crowded }, new DataFaults())).Message);

    [Fact]
    public void OpenVision_AnotherKind_IsRefused() => Assert.Throws<DatasetException>(
        () => DatasetFactory.OpenVision(new DatasetConfig("coco"), Preprocessor, Grid, new DataFaults()));

    [Fact]
    public void OpenVision_NothingButGrids_IsRefused() => Assert.Contains(
        "\"grid_every\" must be 2 or more",
        Assert.Throws<DatasetException>(() => DatasetFactory.OpenVision(Config with { GridEvery = 1 }, Preprocessor, Grid, new DataFaults())).Message);

    [Fact]
    public void GetDense_Patches_SayWhichObjectAndHowManyAndWhereItIs()
    {
        var generator = new SceneGenerator(DemoFiles.Sprites, DemoFiles.Options(0.5f));
        var dataset = new SceneDenseDataset(generator, DemoFiles.Classes.Items.Count, 10, Preprocessor, Grid);
        var (most, alike) = (0, 0);
        for (var seed = 0; seed < 40; seed++)
        {
            var patches = dataset.Get(0, new Random(seed)).Patches; // every other sample is a scene, not a grid
            var objects = generator.Create(new Random(seed)).Objects;
            var order = objects.OrderBy(item => (int)((item.Bounds.X1 + item.Bounds.X2) / 2 * Grid)).ThenBy(item => (int)((item.Bounds.Y1 + item.Bounds.Y2) / 2 * Grid)).ToArray();
            for (var patch = 0; patch < Grid * Grid; patch++)
            {
                var (number, count, x, y) = (patches.Numbers[patch], patches.Counts[patch], patches.CentreOffsets[2 * patch], patches.CentreOffsets[(2 * patch) + 1]);
                if (number <= 0)
                {
                    var isBackground = patches.Classes[patch] == DemoFiles.Classes.Items.Count;
                    Assert.Equal(isBackground ? (0, objects.Count) : (EncodedSample.Ignored, EncodedSample.Ignored), (number, count));
                    Assert.Equal((float.NaN, float.NaN), (x, y));
                    continue;
                }
                var item = order[number - 1];
                Assert.Equal(item.Class, patches.Classes[patch]);
                Assert.Equal(objects.Count(other => other.Class == item.Class), count);
                Assert.Equal((item.Bounds.X1 + item.Bounds.X2) / 2, ((patch % Grid + 0.5f) / Grid) + x, 1e-5f);
                Assert.Equal((item.Bounds.Y1 + item.Bounds.Y2) / 2, ((patch / Grid + 0.5f) / Grid) + y, 1e-5f);
                (most, alike) = (Math.Max(most, number), Math.Max(alike, count));
            }
        }

        Assert.Equal(5, most);
        Assert.InRange(alike, 2, 5);
    }

    [Fact]
    public void GetDense_Grid_IsNeitherNumberedNorCounted()
    {
        var dataset = new SceneDenseDataset(new SceneGenerator(DemoFiles.Sprites, DemoFiles.Options(0.5f)), DemoFiles.Classes.Items.Count, 10, Preprocessor, Grid);

        var patches = dataset.Get(1, new Random(0)).Patches;

        Assert.All(patches.Numbers.Concat(patches.Counts), label => Assert.Equal(EncodedSample.Ignored, label));
        Assert.Contains(patches.CentreOffsets, float.IsFinite);
    }

    [Theory]
    [InlineData(2, new[] { 1, 3, 5, 7, 9 })]
    [InlineData(4, new[] { 3, 7 })]
    public void GetDense_SomeSamples_AreGrids(int gridEvery, int[] grids)
    {
        var dataset = new SceneDenseDataset(
            new SceneGenerator(DemoFiles.Sprites, DemoFiles.Options(0.5f)), DemoFiles.Classes.Items.Count, 10, Preprocessor, Grid, gridEvery);

        Assert.Equal(grids, Enumerable.Range(0, 10).Where(index => dataset.Get(index, new Random(0)).Patches.Numbers.All(number => number == EncodedSample.Ignored)));
    }

    [Fact]
    public void Middles_OfAScene_AreWhereTheCentreOfAPatchsOwnObjectIs()
    {
        var generator = new SceneGenerator(DemoFiles.Sprites, DemoFiles.Options(0.5f));
        var dataset = new SceneDenseDataset(generator, DemoFiles.Classes.Items.Count, 10, Preprocessor, Grid);
        var found = 0;
        for (var seed = 0; seed < 40; seed++)
        {
            var (patches, scene) = (dataset.Get(0, new Random(seed)).Patches, generator.Create(new Random(seed)));
            var order = scene.FromLeftToRight();
            var expected = patches.Numbers.Select(
                (number, patch) => number > 0 && scene.Objects[order[number - 1]].Cell(Grid) == (patch % Grid, patch / Grid) ? 1 : 0).ToArray();
            Assert.Equal(expected, patches.Middles(Grid));
            found += expected.Sum();
        }

        Assert.InRange(found, 60, 200);
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
                switch (sample.Patches.Classes[patch])
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
