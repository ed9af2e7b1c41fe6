using SkiaSharp;

namespace GPT4RoI.Cli.Tests.Commands;

public sealed class DataCommandTests
{
    private static readonly string Demo = Repository.PathOf("models", "demo-small");

    [Fact]
    public async Task Scenes_TwoScenes_AreTwoPicturesAndTheirConversations()
    {
        var target = TestFiles.NewFolder();

        var run = await CliRun.OfAsync("data", "scenes", "--demo", Demo, "--out", target, "--count", "2", "--seed", "3", "--json");

        Assert.Equal((ExitCodes.Ok, ""), (run.ExitCode, run.Error));
        Assert.Equal(2, run.Document.GetProperty("scenes").GetInt32());
        Assert.Equal(["00000.boxes.png", "00000.png", "00001.boxes.png", "00001.png", "conversations.txt"], Directory.GetFiles(target).Select(Path.GetFileName).Order());
        using var picture = SKBitmap.Decode(Path.Combine(target, "00001.png"));
        Assert.Equal((128, 128), (picture.Width, picture.Height));
        using var large = SKBitmap.Decode(Path.Combine(target, "00001.boxes.png"));
        Assert.Equal((512, 512), (large.Width, large.Height));
        Assert.Contains("  Q: ", await File.ReadAllTextAsync(Path.Combine(target, "conversations.txt"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scenes_TextOnly_HasEveryClassAndIsTheSameForTheSameSeed()
    {
        var (first, second) = (TestFiles.NewFolder(), TestFiles.NewFolder());
        foreach (var target in new[] { first, second })
        {
            var run = await CliRun.OfAsync("data", "scenes", "--demo", Demo, "--out", target, "--count", "5", "--text-only");
            Assert.Equal(ExitCodes.Ok, run.ExitCode);
        }

        var text = await File.ReadAllTextAsync(Path.Combine(first, "corpus.txt"), TestContext.Current.CancellationToken);
        Assert.Equal(text, await File.ReadAllTextAsync(Path.Combine(second, "corpus.txt"), TestContext.Current.CancellationToken));
        Assert.Contains("pairs of scissors", text, StringComparison.Ordinal);
        Assert.Contains("ASSISTANT: ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<bbox>", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sprites_IconSet_IsDrawnIconByIcon()
    {
        var (folder, classes) = IconSet("""{"icon":"box","name":"box","plural":"boxes","article":"a","category":"things"}""");
        var target = Path.Combine(folder, "out");

        var run = await CliRun.OfAsync("data", "sprites", "--icons", folder, "--set", "mine", "--classes", classes, "--out", target, "--json");

        Assert.Equal((ExitCodes.Ok, ""), (run.ExitCode, run.Error));
        using var sprite = SKBitmap.Decode(Path.Combine(target, "box.png"));
        Assert.Equal((72, 36), (sprite.Width, sprite.Height));
    }

    [Theory]
    [InlineData("--json", ExitCodes.Failed)]
    [InlineData("--partial", ExitCodes.Ok)]
    public async Task Sprites_IconThatTheSetLacks_IsLeftOutOnlyIfAsked(string option, int exitCode)
    {
        var (folder, classes) = IconSet(
            """
            {"icon":"box","also":["carton"],"name":"box","plural":"boxes","article":"a","category":"things"},
            {"icon":"crate","name":"crate","plural":"crates","article":"a","category":"things"}
            """);
        var target = Path.Combine(folder, "out");

        var run = await CliRun.OfAsync("data", "sprites", "--icons", folder, "--set", "mine", "--classes", classes, "--out", target, option);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Equal(exitCode == ExitCodes.Failed, run.Error.Contains("crate", StringComparison.Ordinal));
        Assert.Equal(["box.png"], Directory.GetFiles(target).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Sprites_SetThatIsNotThere_IsExitCode1()
    {
        var run = await CliRun.OfAsync(
            "data", "sprites", "--icons", TestFiles.NewFolder(), "--set", "absent", "--classes", Path.Combine(Demo, "classes.json"), "--out", TestFiles.NewFolder());

        Assert.Equal((ExitCodes.Failed, ""), (run.ExitCode, run.Output));
        Assert.Contains("absent", run.Error, StringComparison.Ordinal);
    }

    // A folder with the icon set "mine", which has one icon, and a class list.
    private static (string Folder, string Classes) IconSet(string item)
    {
        var folder = TestFiles.NewFolder();
        Directory.CreateDirectory(Path.Combine(folder, "mine"));
        File.WriteAllText(
            Path.Combine(folder, "mine", "icons.json"), """{"width":10,"height":10,"icons":{"box":{"body":"<rect width='10' height='5'/>"}}}""");
        var classes = Path.Combine(folder, "classes.json");
        File.WriteAllText(classes, $"[{item}]");
        return (folder, classes);
    }
}
