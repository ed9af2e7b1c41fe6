using GPT4RoI.Training.Scenes;

namespace GPT4RoI.Training.Tests.Scenes;

public sealed class SceneGeneratorTests
{
    private const int Size = 128;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Create_SameSeed_GivesTheSameScene(float augmentation)
    {
        var generator = new SceneGenerator(DemoFiles.Sprites, DemoFiles.Options(augmentation));
        for (var seed = 0; seed < 10; seed++)
        {
            var (first, second) = (generator.Create(new Random(seed)), generator.Create(new Random(seed)));
            Assert.Equal(first.Objects, second.Objects);
            Assert.Equal(first.Owner, second.Owner);
            Assert.Equal(first.Image.Rgb.ToArray(), second.Image.Rgb.ToArray());
        }
    }

    [Fact]
    public async Task Create_FromManyThreads_GivesWhatOneThreadGives()
    {
        var generator = new SceneGenerator(DemoFiles.Sprites, DemoFiles.Options(1));
        var alone = Enumerable.Range(0, 24).Select(seed => generator.Create(new Random(seed)).Image.Rgb.ToArray()).ToArray();
        var together = await Task.WhenAll(Enumerable.Range(0, 24).Select(seed => Task.Run(
            () => generator.Create(new Random(seed)).Image.Rgb.ToArray(), TestContext.Current.CancellationToken)));
        Assert.Equal(alone, together);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Create_ManyScenes_BoundsAndAreasAreThoseOfTheOwnersPixels(float augmentation)
    {
        var generator = new SceneGenerator(DemoFiles.Sprites, DemoFiles.Options(augmentation));
        foreach (var scene in Enumerable.Range(0, 60).Select(seed => generator.Create(new Random(seed))))
        {
            Assert.InRange(scene.Objects.Count, 1, 5);
            for (var index = 0; index < scene.Objects.Count; index++)
            {
                var pixels = Enumerable.Range(0, Size * Size).Where(at => scene.Owner[at] == index + 1).ToArray();
                var (item, columns, rows) = (scene.Objects[index], pixels.Select(at => at % Size).ToArray(), pixels.Select(at => at / Size).ToArray());
                Assert.Equal(
                    (columns.Min() / 128f, rows.Min() / 128f, (columns.Max() + 1) / 128f, (rows.Max() + 1) / 128f),
                    (item.Bounds.X1, item.Bounds.Y1, item.Bounds.X2, item.Bounds.Y2));
                Assert.Equal(pixels.Length / (float)(Size * Size), item.Area);
                var slack = augmentation * 0.061f;
                Assert.InRange(item.Box.X1, item.Bounds.X1 - slack, item.Bounds.X1 + slack);
                Assert.InRange(item.Box.Y2, item.Bounds.Y2 - slack, item.Bounds.Y2 + slack);
            }
        }
    }

    [Fact]
    public void Create_OverlappingObjects_StayVisible()
    {
        // Brute force from outside: the area of an object that nothing hides is what it has in a scene cut off right after it was drawn.
        var canvasSizes = new List<(int Whole, int Left)>();
        var random = new Random(5);
        for (var round = 0; round < 40; round++)
        {
            var canvas = new SceneCanvas(Size);
            Background.Paint(canvas.Rgb, Size, [], random);
            var whole = new List<int>();
            for (var attempt = 0; attempt < 60; attempt++)
            {
                var sprite = DemoFiles.Sprites.Draw(DemoFiles.Sprites.Available[random.Next(DemoFiles.Sprites.Available.Count)], random);
                var patch = Patch.Draw(sprite, 40, 10, mirrored: false);
                if (canvas.TryDraw(patch, patch.SolidPixels(), random.Next(Size - patch.Width), random.Next(Size - patch.Height), mayHide: true, sprite))
                {
                    whole.Add(patch.SolidPixels().Length);
                }
            }

            var owner = canvas.Finish(0, random).Owner;
            canvasSizes.AddRange(whole.Select((pixels, index) => (pixels, owner.Count(value => value == index + 1))));
        }

        Assert.All(canvasSizes, sizes => Assert.True(sizes.Left >= 0.6 * sizes.Whole, $"{sizes.Left} of {sizes.Whole} pixels are visible"));
        Assert.Contains(canvasSizes, sizes => sizes.Left < sizes.Whole);
    }

    [Theory]
    [InlineData(5, 3)]
    [InlineData(2, 2)]
    public void Create_Crowded_ShowsManyObjectsCloseTogether(int most, int least)
    {
        var plain = Scenes(0);
        var crowded = Scenes(1);

        Assert.All(crowded, scene => Assert.InRange(scene.Objects.Count, least, most));
        Assert.Contains(plain, scene => scene.Objects.Count < least);
        Assert.True(Meetings(crowded) > 2 * Meetings(plain), $"{Meetings(crowded)} of {Meetings(plain)}");

        Scene[] Scenes(double crowded)
        {
            var generator = new SceneGenerator(DemoFiles.Sprites, DemoFiles.Options(0) with { MaxObjects = most, Crowded = crowded });
            return [.. Enumerable.Range(0, 60).Select(seed => generator.Create(new Random(seed)))];
        }

        // Neighbouring pixels of two objects.
        int Meetings(Scene[] scenes) => scenes.Sum(scene => Enumerable.Range(0, (Size * Size) - 1)
            .Count(at => scene.Owner[at] > 0 && scene.Owner[at + 1] > 0 && scene.Owner[at] != scene.Owner[at + 1]));
    }

    [Fact]
    public void CreateGrid_ThreeColumns_PutsEveryObjectIntoACellOfItsOwn()
    {
        var generator = new SceneGenerator(DemoFiles.Sprites, DemoFiles.Options(1));
        var scene = generator.CreateGrid(new Random(3), 3);
        var cells = scene.Objects.Select(item => (
            (int)((item.Bounds.X1 + item.Bounds.X2) / 2 * Size / 42), (int)((item.Bounds.Y1 + item.Bounds.Y2) / 2 * Size / 42))).ToArray();
        Assert.InRange(cells.Length, 7, 9);
        Assert.Distinct(cells);
        Assert.All(scene.Objects, item => Assert.True(item.Bounds.X2 - item.Bounds.X1 <= 42f / Size));
    }

    [Fact]
    public void Create_SixHundredTimes_LeaksNoMemory()
    {
        var generator = new SceneGenerator(DemoFiles.Sprites, DemoFiles.Options(1));
        var random = new Random(1);
        for (var warm = 0; warm < 100; warm++)
        {
            generator.Create(random);
        }

        var before = Environment.WorkingSet;
        for (var count = 0; count < 600; count++)
        {
            generator.Create(random);
        }

        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 100L << 20);
    }

    [Theory]
    [InlineData(16, 1, 6, 0)]
    [InlineData(128, 0, 6, 0)]
    [InlineData(128, 3, 2, 0)]
    [InlineData(128, 1, 6, 1.5)]
    [InlineData(128, 1, 6, 0, -0.1)]
    [InlineData(128, 1, 6, 0, double.NaN)]
    public void Constructor_OptionOutOfRange_IsRefused(int size, int least, int most, float augmentation, double crowded = 0)
    {
        var options = new SceneOptions { Size = size, MinObjects = least, MaxObjects = most, Augmentation = augmentation, Crowded = crowded };
        Assert.Throws<ArgumentException>(() => new SceneGenerator(DemoFiles.Sprites, options));
    }
}
