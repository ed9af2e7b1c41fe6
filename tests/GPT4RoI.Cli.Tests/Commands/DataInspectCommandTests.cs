using SkiaSharp;

namespace GPT4RoI.Cli.Tests.Commands;

public sealed class DataInspectCommandTests : IDisposable
{
    private static readonly string[] Common = ["data", "inspect", "--tokenizer", TestFiles.Golden("tiny")];
    private readonly string _folder = TestFiles.NewFolder();

    private string Annotations => Path.Combine(_folder, "refcoco.json");

    public DataInspectCommandTests() => File.WriteAllText(Annotations, """
        {"images": [{"id": 1, "file_name": "cat_451x300.png", "width": 451, "height": 300, "caption": "the tabby cat here"},
                    {"id": 2, "file_name": "gone.png", "width": 451, "height": 300, "caption": "one that is gone"}],
         "annotations": [{"image_id": 1, "bbox": [45.1, 30, 225.5, 150], "area": 9}, {"image_id": 2, "bbox": [45.1, 30, 225.5, 150]}, {"image_id": 1}]}
        """);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Inspect_OneKind_PrintsConversationAndMask()
    {
        var run = await InspectAsync("--kind", "refcocog", "--annotations", Annotations, "--images", TestFiles.Golden("cases", "images"), "--template", "v1");

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("refcocog, sample 0 of 2", lines[0]);
        Assert.Equal("box   1  0.100 0.100 0.600 0.600", lines[1]);
        Assert.Equal("assistant  the tabby cat here", lines[3]);
        var tokens = lines[5..].Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToArray();
        Assert.Equal("▁the▁tabby▁cat▁here</s>", string.Concat(tokens.Where(token => token[2] == "L").Select(token => token[3])));
        Assert.Single(tokens, token => token[3] == "<bbox>");
        Assert.Equal(["x", "256"], Assert.Single(tokens, token => token[3] == "<im_patch>")[4..]);
        Assert.Contains("left out 1 times: an annotation lacks its image_id or a bbox of four numbers; first " + Annotations, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_Configuration_WritesJsonAndThePicture()
    {
        var config = Path.Combine(_folder, "data.json");
        await File.WriteAllTextAsync(
            config, $$"""{"data": [{"kind": "refcoco", "annotations": "refcoco.json", "images": "{{TestFiles.Golden("cases", "images")}}"}]}""", TestContext.Current.CancellationToken);
        var picture = Path.Combine(_folder, "out.png");

        var first = await InspectAsync("--config", config, "--index", "0", "--json");
        var index = first.Document.GetProperty("turns")[0].GetProperty("assistant").GetString() == "the tabby cat here" ? "0" : "1";
        var run = await InspectAsync("--config", config, "--index", index, "--out", picture, "--json");

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        var tokens = run.Document.GetProperty("tokens").EnumerateArray().ToArray();
        var box = run.Document.GetProperty("box_positions")[0].GetInt32();
        Assert.Equal("<bbox>", tokens[box].GetProperty("text").GetString());
        Assert.Equal(tokens.Count(token => token.GetProperty("learned").GetBoolean()), run.Document.GetProperty("learned").GetInt32());
        using var bitmap = SKBitmap.Decode(picture);
        Assert.Equal((672, 672), (bitmap.Width, bitmap.Height));
        Assert.Equal(SKColors.Red, bitmap.GetPixel((int)(0.6f * 672), (int)(0.3f * 672))); // the box's right edge
        Assert.Equal(SKColors.Black, bitmap.GetPixel((int)(0.1f * 672) + 2, (int)(0.1f * 672) + 26)); // beside the number
    }

    [Theory]
    [InlineData("There is no sample 2: refcoco has 2, counted from 0.", "--index", "2")]
    [InlineData("There is no sample -1", "--index", "-1")]
    public async Task Inspect_NoSuchSample_Fails(string message, params string[] options)
    {
        var run = await InspectAsync(["--kind", "refcoco", "--annotations", Annotations, "--images", _folder, .. options]);

        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Inspect_PictureThatIsGone_NamesIt()
    {
        var run = await InspectAsync("--kind", "refcoco", "--annotations", Annotations, "--images", _folder, "--index", "1", "--out", Path.Combine(_folder, "x.png"));

        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        Assert.Contains("gone.png", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_ConversationWithoutPicture_PrintsItAndWritesNone()
    {
        var demo = Repository.PathOf("models", "demo-small");
        var config = Path.Combine(_folder, "told.json");
        await File.WriteAllTextAsync(
            config, $$"""{"data": [{"kind": "told_scenes", "classes": "{{demo}}/classes.json", "sprites": ["{{demo}}/sprites"], "count": 3}]}""",
            TestContext.Current.CancellationToken);
        var picture = Path.Combine(_folder, "none.png");

        var run = await CliRun.OfAsync("data", "inspect", "--tokenizer", demo, "--config", config);
        var drawn = await CliRun.OfAsync("data", "inspect", "--tokenizer", demo, "--config", config, "--out", picture);

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.DoesNotContain("<im_patch>", run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Failed, drawn.ExitCode);
        Assert.Contains("has no picture to write", drawn.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(picture));
    }

    [Fact]
    public async Task Inspect_ImageTokens_AreAsManyAsTheModelHas()
    {
        var run = await InspectAsync(
            "--kind", "refcoco", "--annotations", Annotations, "--images", TestFiles.Golden("cases", "images"), "--image-tokens", "64", "--json");

        Assert.Equal(64, run.Document.GetProperty("tokens").EnumerateArray().Count(token => token.GetProperty("text").GetString() == "<im_patch>"));
    }

    [Theory]
    [InlineData("--image-tokens is 0: give 1 to 4096.", "--kind", "refcoco", "--image-tokens", "0")]
    [InlineData("Give either --config or --kind.")]
    [InlineData("imagenet", "--kind", "imagenet")]
    public async Task Inspect_WrongUsage_IsExitCode2(string hint, params string[] options)
    {
        var run = await InspectAsync(options);

        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains(hint, run.Error, StringComparison.Ordinal);
    }

    private static Task<CliRun> InspectAsync(params string[] options) => CliRun.OfAsync([.. Common, .. options]);
}
