using System.Text.Json;
using GPT4RoI.Client.Tests.Fakes;
using Grpc.Core;

namespace GPT4RoI.Cli.Tests.Commands;

public sealed class EvalCommandTests : IDisposable
{
    private static readonly string Model = Repository.PathOf("models", "fixture-tiny");

    private readonly string _folder = TestFiles.NewFolder();

    public EvalCommandTests()
    {
        foreach (var name in new[] { "cat_451x300.png", "coffee_160x107.png" })
        {
            File.Copy(TestFiles.Golden("cases", "images", name), PathOf(name));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Eval_Vcr_RunsInProcess()
    {
        var run = await InProcessAsync("vcr", Vcr());

        Assert.Equal((ExitCodes.Ok, ""), (run.ExitCode, run.Error));
        AssertReport(run.Document, "vcr", asked: 2, skipped: 1, scores: ["Q→A", "QA→R", "Q→AR"]);
    }

    [Fact]
    public async Task Eval_Caption_RunsInProcessAndGivesTheSameAnswersAgain()
    {
        var run = await InProcessAsync("caption", Captions());
        var alone = await InProcessAsync("caption", Captions(), "--concurrency", "1");

        Assert.Equal((ExitCodes.Ok, ""), (run.ExitCode, run.Error));
        AssertReport(run.Document, "caption", asked: 3, skipped: 0, scores: ["BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4", "METEOR", "ROUGE-L", "CIDEr-D"]);
        Assert.Equal(run.Output, alone.Output);
    }

    [Fact]
    public async Task Eval_Visual7W_RunsInProcess()
    {
        var run = await InProcessAsync("v7w", Visual7W());

        Assert.Equal((ExitCodes.Ok, ""), (run.ExitCode, run.Error));
        AssertReport(run.Document, "v7w", asked: 2, skipped: 0, scores: ["accuracy"]);
    }

    [Fact]
    public async Task Eval_Scenes_PrintsFractionsAndTheSameOnesAgain()
    {
        string[] args = ["eval", "--json", "--model", SceneModel(), "--seed", "3", "--scenes", "2"];

        var run = await CliRun.OfAsync(args);
        var again = await CliRun.OfAsync(args);

        Assert.Equal((ExitCodes.Ok, ""), (run.ExitCode, run.Error));
        Assert.Equal(
            ["naming", "relations", "counting", "which_of", "swap", "false_confidence", "scenes", "questions", "tasks"],
            run.Document.EnumerateObject().Select(property => property.Name));
        Assert.Equal(2, run.Document.GetProperty("scenes").GetInt32());
        Assert.InRange(run.Document.GetProperty("naming").GetDouble(), 0, 1);
        Assert.Equal(run.Output, again.Output);
    }

    [Fact]
    public async Task Eval_ScenesWithoutTheirFiles_SaysWhichIsMissing()
    {
        var run = await CliRun.OfAsync("eval", "--model", Model, "--seed", "3");

        Assert.NotEqual(ExitCodes.Ok, run.ExitCode);
        Assert.Contains("classes.json", run.Error);
    }

    [Fact]
    public async Task Eval_MissingPicture_FailsThatRecordAndTheRun()
    {
        File.Delete(PathOf("coffee_160x107.png"));

        var run = await InProcessAsync("caption", Captions());

        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        Assert.Contains("coffee_160x107.png", Assert.Single(run.Document.GetProperty("failed").EnumerateArray()).GetProperty("reason").GetString());
        Assert.Equal(2, run.Document.GetProperty("scores")[0].GetProperty("of").GetInt32());
    }

    [Fact]
    public async Task Eval_Server_AsksGreedilyInOneConversationPerRecord()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var run = await CliRun.OfAsync(gateway, ["eval", "--json", "--task", "vcr", "--data", Vcr(), "--images", _folder]);

        Assert.Equal((ExitCodes.Ok, ""), (run.ExitCode, run.Error));
        AssertReport(run.Document, "vcr", asked: 2, skipped: 1, scores: ["Q→A", "QA→R", "Q→AR"]);
        Assert.Equal(4, gateway.Questions.Count);
        Assert.All(gateway.Questions, question => Assert.Equal(0, question.Sampling.Temperature));
        Assert.Equal([2, 2], gateway.Questions.GroupBy(question => question.ConversationId).Select(turns => turns.Count()));
        var first = gateway.Questions.First();
        Assert.Equal([1, 2], first.NewRegions.Select(region => region.Id));
        Assert.Equal(640, first.NewRegions[0].Box.X2); // cut at the picture's edge
        Assert.Single(gateway.Uploads); // both records are about one picture
        Assert.Empty(gateway.Conversations);
    }

    [Fact]
    public async Task Eval_ServerRefusesOneRecord_GoesOnWithTheOthers()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.FailNext("Ask", new RpcException(new Status(StatusCode.InvalidArgument, "too long")));

        var run = await CliRun.OfAsync(
            gateway, ["eval", "--json", "--task", "caption", "--data", Captions(), "--images", _folder, "--concurrency", "1"]);

        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        Assert.Contains("too long", Assert.Single(run.Document.GetProperty("failed").EnumerateArray()).GetProperty("reason").GetString());
        Assert.Equal(2, run.Document.GetProperty("scores")[0].GetProperty("of").GetInt32());
    }

    [Fact]
    public async Task Eval_NoServer_EndsTheRun()
    {
        var run = await CliRun.OfAsync("eval", "--task", "caption", "--data", Captions(), "--images", _folder, "--server", "http://127.0.0.1:1");

        Assert.Equal(ExitCodes.Unavailable, run.ExitCode);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Eval_Out_WritesTheMarkdownThatItPrints()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var file = PathOf("report.md");

        var run = await CliRun.OfAsync(gateway, ["eval", "--task", "caption", "--data", Captions(), "--images", _folder, "--limit", "1", "--out", file]);

        Assert.Equal((ExitCodes.Ok, ""), (run.ExitCode, run.Error));
        Assert.StartsWith("# Evaluation: caption\n", run.Output);
        Assert.Contains("Records asked: 1;", run.Output);
        Assert.Contains("published: GPT4RoI-7B", run.Output);
        Assert.Equal(run.Output, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("--images is missing", "--task", "vcr", "--data", "X")]
    [InlineData("--data is missing", "--task", "vcr", "--images", ".")]
    [InlineData("--model is missing", "--seed", "1")]
    [InlineData("--seed is missing", "--model", ".")]
    [InlineData("--limit must be at least 1", "--task", "vcr", "--data", "X", "--images", ".", "--limit", "0")]
    [InlineData("--concurrency is 65", "--task", "vcr", "--data", "X", "--images", ".", "--concurrency", "65")]
    [InlineData("'nothing'", "--data", "X", "--images", ".", "--task", "nothing")]
    public async Task Eval_WrongUsage_SaysWhat(string expected, params string[] args)
    {
        var data = Captions();

        var run = await CliRun.OfAsync(["eval", .. args.Select(arg => arg == "X" ? data : arg)]);

        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains(expected, run.Error);
    }

    [Fact]
    public async Task Eval_OtherLayout_SaysWhichFile()
    {
        var run = await CliRun.OfAsync("eval", "--task", "caption", "--data", Write("other.json", "{}"), "--images", _folder, "--model", Model);

        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        Assert.Contains("other.json holds no list 'images'", run.Error);
    }

    private Task<CliRun> InProcessAsync(string task, string data, params string[] more) =>
        CliRun.OfAsync(["eval", "--json", "--task", task, "--data", data, "--images", _folder, "--model", Model, .. more]);

    private static void AssertReport(JsonElement report, string task, int asked, int skipped, string[] scores)
    {
        Assert.Equal(task, report.GetProperty("task").GetString());
        Assert.Equal((asked, skipped, 0), (report.GetProperty("asked").GetInt32(), report.GetProperty("skipped").GetArrayLength(), report.GetProperty("failed").GetArrayLength()));
        Assert.Equal(scores, report.GetProperty("scores").EnumerateArray().Select(score => score.GetProperty("name").GetString()));
        Assert.All(report.GetProperty("scores").EnumerateArray(), score =>
        {
            Assert.InRange(score.GetProperty("value").GetDouble(), 0, 1000);
            Assert.Equal(asked, score.GetProperty("of").GetInt32());
        });
        Assert.NotEmpty(report.GetProperty("published").EnumerateArray());
    }

    private string Vcr()
    {
        Write("m.json", """{"boxes": [[10, 5, 700, 90, 0.9], [20, 20, 60, 80, 0.8]]}""");
        var line = """
            {"annot_id": "a", "img_fn": "coffee_160x107.png", "metadata_fn": "m.json", "objects": ["person", "cup"], "question": ["What", "is", [0], "holding", "?"],
             "answer_choices": [["A", [1], "."], ["Nothing", "."], ["A", "hat", "."], ["A", "spoon", "."]], "answer_label": 0,
             "rationale_choices": [["It", "is", "hot", "."], ["It", "is", "cold", "."], ["It", "rains", "."], ["No", "one", "knows", "."]], "rationale_label": 1}
            """.ReplaceLineEndings("");
        return Write("vcr.jsonl", $"{line}\n{line.Replace("\"answer_label\": 0", "\"answer_label\": 9")}\n{line}\n");
    }

    private string Captions() => Write("captions.json", """
        {"images": [{"id": 1, "file_name": "cat_451x300.png"}, {"id": 2, "file_name": "coffee_160x107.png"}],
         "annotations": [{"image_id": 1, "bbox": [20, 30, 200, 200], "caption": "a tabby cat"}, {"image_id": 1, "bbox": [250, 0, 205, 300], "caption": "the wall"},
                         {"image_id": 2, "bbox": [10, 5, 100, 90], "caption": "a cup of coffee"}]}
        """);

    private string Visual7W() => Write("v7w.json", """
        {"images": [{"filename": "cat_451x300.png", "split": "test", "qa_pairs": [
            {"qa_id": 1, "question": "Which is the cat?", "answer": 4, "multiple_choices": [1, 2, 3]},
            {"qa_id": 2, "question": "Which is the wall?", "answer": 1, "multiple_choices": [4, 2, 3]}]}],
         "boxes": [{"box_id": 1, "x": 250, "y": 0, "width": 200, "height": 300}, {"box_id": 2, "x": 0, "y": 0, "width": 40, "height": 40},
                   {"box_id": 3, "x": 100, "y": 200, "width": 100, "height": 90}, {"box_id": 4, "x": 20, "y": 30, "width": 200, "height": 200}]}
        """);

    private string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    /// <summary>The fixture model with what scenes are drawn from beside it.</summary>
    private string SceneModel()
    {
        var folder = PathOf("model");
        Copy(Model, folder);
        var demo = Repository.PathOf("models", "demo-small");
        File.Copy(Path.Combine(demo, "classes.json"), Path.Combine(folder, "classes.json"));
        Copy(Path.Combine(demo, "backgrounds"), Path.Combine(folder, "backgrounds"));
        Copy(Path.Combine(demo, "sprites", "noto"), Path.Combine(folder, "sprites", "noto"));
        return folder;
    }

    private static void Copy(string source, string target)
    {
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
