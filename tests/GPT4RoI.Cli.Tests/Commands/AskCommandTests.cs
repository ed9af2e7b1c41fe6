using GPT4RoI.Client.Tests.Fakes;

namespace GPT4RoI.Cli.Tests.Commands;

public sealed class AskCommandTests
{
    [Fact]
    public async Task Ask_Boxes_PrintsTheAnswerAndNothingElse()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var run = await CliRun.OfAsync(
            gateway, ["ask", "--image", TestFiles.Photo, "--box", "10,20,110,140", "--box", "0,0,5.5,5", "Is <region1> beside <region2>?"]);

        Assert.Equal(new CliRun(ExitCodes.Ok, FakeAnswer.Text + "\n", ""), run);
        var question = Assert.Single(gateway.Questions);
        Assert.Equal("Is <region1> beside <region2>?", question.Question);
        Assert.Equal([Wire(1, 10, 20, 110, 140, V1.CoordinateSpace.Pixels), Wire(2, 0, 0, 5.5, 5, V1.CoordinateSpace.Pixels)], question.NewRegions);
        Assert.Equal(new V1.SamplingParams(), question.Sampling);
        Assert.Empty(gateway.Conversations); // nothing is left behind
    }

    [Fact]
    public async Task Ask_Norm_SendsFractions()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var run = await CliRun.OfAsync(gateway, ["ask", "--norm", "--image", TestFiles.Photo, "--box", "0,0.25,1,0.5", "What is <region1>?"]);

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.Equal([Wire(1, 0, 0.25, 1, 0.5, V1.CoordinateSpace.Normalized)], Assert.Single(gateway.Questions).NewRegions);
    }

    [Fact]
    public async Task Ask_SamplingOptions_ReachTheServer()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var options = "--temperature 0.5 --top-k 7 --top-p 0.9 --min-p 0.1 --repetition-penalty 1.2 --presence-penalty 0.3 --frequency-penalty -0.4 "
            + "--seed 18446744073709551615 --max-tokens 3 --stop ### --stop end --stop-token-id 2 --stop-token-id 5 --logit-bias 7=-100 "
            + "--logit-bias 8=1.5 --top-logprobs 2 --ignore-eos";

        var run = await CliRun.OfAsync(gateway, ["ask", "--image", TestFiles.Photo, .. options.Split(' '), "Hello?"]);

        Assert.Equal((ExitCodes.Ok, "It is a\n"), (run.ExitCode, run.Output));
        var expected = new V1.SamplingParams
        {
            Temperature = 0.5f,
            TopK = 7,
            TopP = 0.9f,
            MinP = 0.1f,
            RepetitionPenalty = 1.2f,
            PresencePenalty = 0.3f,
            FrequencyPenalty = -0.4f,
            Seed = ulong.MaxValue,
            MaxTokens = 3,
            Stop = { "###", "end" },
            StopTokenIds = { 2, 5 },
            LogitBias = { [7] = -100, [8] = 1.5f },
            TopLogprobs = 2,
            IgnoreEos = true,
        };
        Assert.Equal(expected, Assert.Single(gateway.Questions).Sampling);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("x=1")]
    [InlineData("7=1 7=2")]
    public async Task Ask_LogitBiasThatIsNone_IsExitCode2(string biases)
    {
        string[] options = [.. biases.Split(' ').SelectMany(bias => new[] { "--logit-bias", bias })];
        Assert.Equal(ExitCodes.Usage, (await CliRun.OfAsync(["ask", "--image", TestFiles.Photo, .. options, "Hello?"])).ExitCode);
    }

    [Fact]
    public async Task Ask_Json_PrintsOneLinePerEvent()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var run = await CliRun.OfAsync(gateway, ["ask", "--json", "--image", TestFiles.Photo, "What is this?"]);

        Assert.Equal((ExitCodes.Ok, ""), (run.ExitCode, run.Error));
        Assert.Equal(
            ["stage", "stage", "stage", "stage", "tokens", "tokens", "tokens", "tokens", "finished"],
            run.Lines.Select(line => line.GetProperty("type").GetString()));
        Assert.Equal("""{"type":"stage","stage":"queued"}""", run.Lines[0].GetRawText());
        Assert.Equal("""{"type":"tokens","text":" a cat","token_ids":[102,103]}""", run.Lines[6].GetRawText());
        Assert.Equal(
            """
            {"type":"finished","finish_reason":"stop","answer":"It is a cat.","usage":{"input_tokens":300,"image_tokens":256,"region_tokens":4,"cached_tokens":0,"output_tokens":5},"timings_ms":{"encoding":12,"regions":3,"queue":1,"prefill":20,"decode":40,"total":76}}
            """,
            run.Lines[8].GetRawText());
    }

    [Fact]
    public async Task Ask_RefusedByTheServer_SaysWhichFieldAndIsExitCode1()
    {
        await using var gateway = await FakeGateway.StartAsync();
        string[] ask = ["ask", "--image", TestFiles.Photo, "--box", "1,2,3,4", "No region here."];

        var plain = await CliRun.OfAsync(gateway, ask);
        var json = await CliRun.OfAsync(gateway, [.. ask, "--json"]);

        Assert.Equal((ExitCodes.Failed, ""), (plain.ExitCode, plain.Output));
        Assert.Contains("new_regions[0].id: A new region needs a new number and a mention in the question.", plain.Error);
        var error = Assert.Single(json.Lines);
        Assert.Equal(
            ("error", "INVALID_ARGUMENT", "INVALID_REQUEST", "new_regions[0].id"),
            (error.GetProperty("type").GetString(), error.GetProperty("code").GetString(), error.GetProperty("reason").GetString(),
                error.GetProperty("fields")[0].GetProperty("field").GetString()));
    }

    [Fact]
    public async Task Ask_RefusalThatNamesItsField_IsSaidOnce()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.FailNext("Ask", Failures.Invalid("question", "question is empty."));

        var run = await CliRun.OfAsync(gateway, ["ask", "--image", TestFiles.Photo, "Hello?"]);

        Assert.Equal(new CliRun(ExitCodes.Failed, "", "gpt4roi: question is empty.\n"), run);
    }

    [Fact]
    public async Task Ask_ServerUnavailableMidway_KeepsWhatCameAndIsExitCode3()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.OnAsk = async (request, responses, _) =>
        {
            if (request.Received is null)
            {
                await responses.WriteAsync(new V1.AskResponse { Tokens = new V1.TokenChunk { Text = "It is" } });
            }
            throw Failures.Unavailable(TimeSpan.Zero);
        };

        var run = await CliRun.OfAsync(gateway, ["ask", "--image", TestFiles.Photo, "Hello?"]);

        Assert.Equal((ExitCodes.Unavailable, "It is"), (run.ExitCode, run.Output));
        Assert.Contains("No node can serve this.", run.Error);
    }

    [Fact]
    public async Task Ask_Cancelled_StopsTheServerAndIsExitCode130()
    {
        await using var gateway = await FakeGateway.StartAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.OnAsk = async (_, _, context) =>
        {
            context.CancellationToken.Register(cancelled.SetResult);
            await stop.CancelAsync();
            await cancelled.Task;
        };

        var run = await CliRun.OfAsync(gateway, ["ask", "--image", TestFiles.Photo, "Hello?"], cancellationToken: stop.Token);

        Assert.Equal(new CliRun(ExitCodes.Cancelled, "", "gpt4roi: cancelled\n"), run);
        await cancelled.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Empty(gateway.Conversations);
    }

    [Fact]
    public async Task Ask_AnswerWithControlCharacters_DoesNotReachTheTerminalWithThem()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.OnAsk = async (_, responses, _) =>
        {
            await responses.WriteAsync(new V1.AskResponse { Tokens = new V1.TokenChunk { Text = "a\u001b]0;title\u0007\u009b2J\tb\nc" } });
            await responses.WriteAsync(new V1.AskResponse { Finished = new V1.Finished() });
        };

        var run = await CliRun.OfAsync(gateway, ["ask", "--image", TestFiles.Photo, "Hello?"]);

        Assert.Equal("a\uFFFD]0;title\uFFFD\uFFFD2J\tb\nc\n", run.Output);
    }

    [Fact]
    public async Task Ask_SomeoneWatches_ShowsTheStageBesideTheOutput()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var run = await CliRun.OfAsync(gateway, ["ask", "--image", TestFiles.Photo, "Hello?"], interactive: true);

        Assert.Equal((ExitCodes.Ok, FakeAnswer.Text + "\n"), (run.ExitCode, run.Output));
        Assert.Contains("\u001b[", run.Error);
    }

    private static V1.Region Wire(uint id, double x1, double y1, double x2, double y2, V1.CoordinateSpace space) =>
        new() { Id = id, Box = new V1.BoundingBox { X1 = x1, Y1 = y1, X2 = x2, Y2 = y2, Space = space } };
}
