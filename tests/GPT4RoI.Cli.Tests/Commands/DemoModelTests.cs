namespace GPT4RoI.Cli.Tests.Commands;

/// <summary>The model that ships answers about pictures that it has never seen. Its evaluation reports hold the figures; here is what it must not fall below.</summary>
public sealed class DemoModelTests
{
    [Fact]
    public async Task Eval_FreshScenes_MostAnswersAreRight()
    {
        var run = await CliRun.OfAsync("eval", "--json", "--model", Repository.PathOf("models", "demo-small"), "--seed", "2027", "--scenes", "30");

        Assert.Equal((ExitCodes.Ok, ""), (run.ExitCode, run.Error));
        Assert.InRange(run.Document.GetProperty("naming").GetDouble(), 0.8, 1);
        Assert.InRange(run.Document.GetProperty("relations").GetDouble(), 0.85, 1); // half of them is chance
        Assert.InRange(run.Document.GetProperty("which_of").GetDouble(), 0.75, 1);
        Assert.InRange(run.Document.GetProperty("false_confidence").GetDouble(), 0, 0.1);
    }
}
