using GPT4RoI.Client.Tests.Fakes;

namespace GPT4RoI.Cli.Tests.Commands;

public sealed class ChatCommandTests
{
    private static readonly string[] Chat = ["chat", "--image", TestFiles.Photo];

    [Fact]
    public async Task Chat_PipedScript_DefinesRegionsAndAsksInOneConversation()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var script = """
            /box 10,20,110,140
            /box 0.5,0,5,5

            What is <region1>?
            And <region2> next to <region1>?
            /regions
            /quit
            Never asked.
            """;

        var run = await CliRun.OfAsync(gateway, Chat, script);

        var regions = "<region1> = 10,20,110,140\n<region2> = 0.5,0,5,5\n";
        Assert.Equal(new CliRun(ExitCodes.Ok, $"{regions}{FakeAnswer.Text}\n{FakeAnswer.Text}\n{regions}", ""), run);
        Assert.Equal(["What is <region1>?", "And <region2> next to <region1>?"], gateway.Questions.Select(question => question.Question));
        Assert.Equal([[1u], [2u]], gateway.Questions.Select(question => question.NewRegions.Select(region => region.Id)));
        Assert.Single(gateway.Questions.Select(question => question.ConversationId).Distinct());
        Assert.Empty(gateway.Conversations);
    }

    [Fact]
    public async Task Chat_EndOfInput_IsExitCode0()
    {
        await using var gateway = await FakeGateway.StartAsync();
        Assert.Equal(new CliRun(ExitCodes.Ok, FakeAnswer.Text + "\n", ""), await CliRun.OfAsync(gateway, Chat, "What is this?"));
    }

    [Theory]
    [InlineData("/box 1,2,3\nWhat is this?", "'1,2,3' is not a box")]
    [InlineData("/box\nWhat is this?", "'' is not a box")]
    [InlineData("/paint it black\nWhat is this?", "'/paint' is not a command")]
    [InlineData("What is <region1>?\nWhat is this?", "The question mentions an unknown region.")]
    public async Task Chat_PipedMistake_EndsTheScriptWithExitCode1(string script, string complaint)
    {
        await using var gateway = await FakeGateway.StartAsync();

        var run = await CliRun.OfAsync(gateway, Chat, script);

        Assert.Equal((ExitCodes.Failed, ""), (run.ExitCode, run.Output));
        Assert.Contains(complaint, run.Error);
        Assert.DoesNotContain("What is this?", gateway.Questions.Select(question => question.Question));
    }

    [Fact]
    public async Task Chat_SomeoneTypes_GoesOnAfterMistakesAndFailedTurns()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.FailNext("Ask", Failures.Internal());

        var run = await CliRun.OfAsync(
            gateway, Chat, "/box 1,2\n/what\n/help\n/box 1,2,3,4\nWhat is <region1>?\nWhat is <region1>?\n", interactive: true);

        Assert.Equal((ExitCodes.Ok, $"<region1> = 1,2,3,4\n{FakeAnswer.Text}\n"), (run.ExitCode, run.Output));
        Assert.Contains("> ", run.Error);
        Assert.Contains("'1,2' is not a box", run.Error);
        Assert.Contains("'/what' is not a command", run.Error);
        Assert.Contains("The server failed.", run.Error);
        Assert.Equal(1u, Assert.Single(Assert.Single(gateway.Questions).NewRegions).Id); // sent again: the failed turn did not make it known
    }

    [Fact]
    public async Task Chat_Json_PrintsRegionsAndEventsAsLines()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var run = await CliRun.OfAsync(gateway, [.. Chat, "--json", "--norm"], "/box 0,0,1,0.5\nWhat is <region1>?\n");

        Assert.Equal("""{"type":"region","id":1,"box":[0,0,1,0.5],"normalized":true}""", run.Lines[0].GetRawText());
        Assert.Equal("finished", run.Lines[^1].GetProperty("type").GetString());
        Assert.Equal(V1.CoordinateSpace.Normalized, Assert.Single(gateway.Questions).NewRegions[0].Box.Space);
    }

    [Fact]
    public async Task Chat_CancelledWhileWaitingForALine_IsExitCode130()
    {
        await using var gateway = await FakeGateway.StartAsync();
        using var stop = new CancellationTokenSource();
        using var input = new BlockingReader(stop);
        var terminal = new Terminal { Input = input, Output = new StringWriter(), Error = new StringWriter(), Variable = _ => null };

        var exitCode = await CommandLine.RunAsync([.. Chat, "--server", gateway.Address], terminal, stop.Token);

        Assert.Equal(ExitCodes.Cancelled, exitCode);
        Assert.Empty(gateway.Conversations);
    }

    /// <summary>A console on which nobody types: cancels as soon as someone reads, and keeps the reader until it is disposed.</summary>
    private sealed class BlockingReader(CancellationTokenSource stop) : TextReader
    {
        private readonly ManualResetEventSlim _released = new();

        public override string? ReadLine()
        {
            stop.Cancel();
            _released.Wait();
            return null;
        }

        protected override void Dispose(bool disposing)
        {
            _released.Set();
            _released.Dispose();
            base.Dispose(disposing);
        }
    }
}
