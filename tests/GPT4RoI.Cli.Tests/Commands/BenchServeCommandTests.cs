using System.Text.Json;
using GPT4RoI.Client.Tests.Fakes;
using Grpc.Core;

namespace GPT4RoI.Cli.Tests.Commands;

public sealed class BenchServeCommandTests
{
    [Fact]
    public async Task BenchServe_ClosedLoop_AsksWhatWasPlannedAndCountsIt()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var run = await CliRun.OfAsync(
            gateway, Arguments("--requests 10 --concurrency 4 --turns 3 --images 2 --regions 2 --output-tokens 7 --seed 5"));

        Assert.Equal((ExitCodes.Ok, ""), (run.ExitCode, run.Error));
        var report = run.Document;
        var requests = report.GetProperty("requests");
        Assert.Equal((10, 0), (requests.GetProperty("completed").GetInt32(), requests.GetProperty("failed").GetInt32()));
        Assert.Empty(requests.GetProperty("errors").EnumerateObject());
        Assert.Equal((4, "fake"), (report.GetProperty("plan").GetProperty("conversations").GetInt32(), report.GetProperty("model").GetProperty("name").GetString()));
        // conversations of 3, 3, 3 and 1 questions: 6 of 10 prompts find their 256 image tokens cached
        var tokens = report.GetProperty("tokens");
        Assert.Equal((3000, 1536, 70), (tokens.GetProperty("input").GetInt32(), tokens.GetProperty("cached").GetInt32(), tokens.GetProperty("output").GetInt32()));
        Assert.Equal(0.512, report.GetProperty("cached_token_share").GetDouble());

        Assert.Equal(10, gateway.Questions.Count);
        Assert.All(gateway.Questions, question => Assert.Equal((true, 7), (question.Sampling.IgnoreEos, question.Sampling.MaxTokens)));
        Assert.Equal([2, 2, 2, 2], gateway.Questions.Select(question => question.NewRegions.Count).Where(count => count > 0));
        Assert.Empty(gateway.Conversations);
        AssertLatencies(report);
    }

    [Fact]
    public async Task BenchServe_SameSeed_AsksTheSame()
    {
        var asked = new List<string[]>();
        foreach (var seed in new[] { 3, 3, 4 })
        {
            await using var gateway = await FakeGateway.StartAsync();
            await CliRun.OfAsync(gateway, Arguments($"--requests 12 --concurrency 1 --turns 2 --seed {seed}"));
            asked.Add([.. gateway.Questions.Select(question => $"{question.Question} {question.NewRegions} {question.Sampling}"), .. gateway.Images.Keys.Order()]);
        }
        Assert.Equal(asked[0], asked[1]);
        Assert.NotEqual(asked[0], asked[2]);
    }

    [Fact]
    public async Task BenchServe_FailedQuestions_AreCountedByCodeAndNotRetried()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.FailNext("Ask", Failures.Busy(TimeSpan.Zero));
        gateway.FailNext("Ask", Failures.Busy(TimeSpan.Zero));
        gateway.FailNext("Ask", Failures.Internal());

        var run = await CliRun.OfAsync(gateway, Arguments("--requests 12 --concurrency 3 --turns 2"));

        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        var requests = run.Document.GetProperty("requests");
        Assert.Equal((9, 3), (requests.GetProperty("completed").GetInt32(), requests.GetProperty("failed").GetInt32()));
        Assert.Equal("""{"RESOURCE_EXHAUSTED":2,"INTERNAL":1}""", JsonSerializer.Serialize(requests.GetProperty("errors")));
        Assert.Equal(12, gateway.CallsOf("Ask"));
    }

    [Fact]
    public async Task BenchServe_ConversationThatCannotStart_CountsAllItsQuestions()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.FailNext("CreateConversation", Failures.Internal());

        var run = await CliRun.OfAsync(gateway, Arguments("--requests 9 --concurrency 2 --turns 3"));

        var requests = run.Document.GetProperty("requests");
        Assert.Equal((6, 3), (requests.GetProperty("completed").GetInt32(), requests.GetProperty("failed").GetInt32()));
        Assert.Equal(6, gateway.CallsOf("Ask"));
    }

    [Fact]
    public async Task BenchServe_EverythingFails_HasNoLatencies()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.OnAsk = (_, _, _) => throw new RpcException(new Status(StatusCode.DeadlineExceeded, "Too late."));

        var run = await CliRun.OfAsync(gateway, Arguments("--requests 2 --turns 1"));

        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        Assert.Equal(JsonValueKind.Null, run.Document.GetProperty("ttft_ms").ValueKind);
        Assert.Equal("""{"DEADLINE_EXCEEDED":2}""", JsonSerializer.Serialize(run.Document.GetProperty("requests").GetProperty("errors")));
    }

    [Fact]
    public async Task BenchServe_OpenLoop_DoesNotWaitForAnswers()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (waiting, all) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        gateway.OnAsk = async (request, responses, _) =>
        {
            if (Interlocked.Increment(ref waiting) == 40)
            {
                all.SetResult();
            }
            await all.Task; // more than a closed loop's default would ever have under way
            await responses.WriteAsync(new V1.AskResponse { Finished = FakeAnswer.Finished(FakeAnswer.Tokens(request.Sampling), 0) });
        };

        var run = await CliRun.OfAsync(gateway, Arguments("--requests 40 --turns 1 --rate 10000"));

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.Equal(40, run.Document.GetProperty("requests").GetProperty("completed").GetInt32());
        Assert.Equal(10000, run.Document.GetProperty("workload").GetProperty("rate").GetDouble());
    }

    [Fact]
    public async Task BenchServe_ImageFiles_UploadsEachOfThemOnce()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (cat, coffee) = (TestFiles.Photo, TestFiles.Golden("cases", "images", "coffee_160x107.png"));

        var run = await CliRun.OfAsync(gateway, [.. Arguments("--requests 12 --image-reuse 0"), "--image", cat, "--image", coffee]);

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.Equal(
            new[] { cat, coffee }.Select(path => new FileInfo(path).Length).Order(),
            gateway.Uploads.Select(chunks => (long)chunks.Sum()).Order());
    }

    private static string[] Arguments(string options) => ["bench", "serve", .. options.Split(' ')];

    private static void AssertLatencies(JsonElement report)
    {
        foreach (var name in new[] { "ttft_ms", "itl_ms", "e2e_ms" })
        {
            var (p50, p90, p99, max) = (Figure("p50"), Figure("p90"), Figure("p99"), Figure("max"));
            Assert.True(p50 >= 0 && p50 <= p90 && p90 <= p99 && p99 <= max, name);
            double Figure(string figure) => report.GetProperty(name).GetProperty(figure).GetDouble();
        }
        Assert.True(report.GetProperty("tokens").GetProperty("output_per_s").GetDouble() > 0);
        Assert.True(report.GetProperty("duration_s").GetDouble() > 0);
    }
}
