using GPT4RoI.Client;
using GPT4RoI.Cluster.Tests.Processes;

namespace GPT4RoI.Cluster.Tests;

public sealed class CancellationTests(ClusterFixture fixture)
{
    private const int LongAnswer = 1500;

    [Fact]
    public async Task Ask_ClientLeavesMidStream_BlocksAreFreedAndTheTurnLeavesNoTrace()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var cluster = await fixture.StartAsync(cancellationToken);
        await using var client = cluster.Connect();
        var golden = GoldenConversation.Read("single");
        using var picture = Pictures.Copy(golden.ImagePath, 2000);
        await using var chat = await client.StartConversationAsync(await client.UploadImageAsync(picture, cancellationToken), cancellationToken);
        var before = await OutputTokensAsync(cluster, cancellationToken);

        var sampling = new SamplingOptions { MaxTokens = LongAnswer, IgnoreEos = true, Seed = 1 };
        await foreach (var update in chat.AskAsync(golden.Turns[0].Question, golden.Turns[0].NewRegions, sampling, cancellationToken))
        {
            if (update is TokensUpdate)
            {
                break;
            }
        }

        await Poll.UntilAsync("every block is free", () => IsIdleAsync(cluster, cancellationToken), cancellationToken);
        Assert.InRange(await OutputTokensAsync(cluster, cancellationToken) - before, 1, LongAnswer - 1);
        Assert.Empty((await chat.GetAsync(cancellationToken)).Turns);
    }

    [Fact]
    public async Task Ask_ClientProcessIsKilledMidStream_BlocksAreFreed()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var cluster = await fixture.StartAsync(cancellationToken);
        var golden = GoldenConversation.Read("portrait");
        var before = await OutputTokensAsync(cluster, cancellationToken);

        await using var client = ChildProcess.StartDotnet(
            "gpt4roi ask", Built.Program("GPT4RoI.Cli", "gpt4roi"), Built.Root,
            "ask", "--server", cluster.Address.ToString(), "--image", golden.ImagePath, "--box", "60,30,160,200",
            "--max-tokens", $"{LongAnswer}", "--ignore-eos", "What is <region1>?");
        await client.UntilAsync(
            "its answer has begun", async () => await OutputTokensAsync(cluster, cancellationToken) > before, cancellationToken);
        await client.KillAsync();

        await Poll.UntilAsync("every block is free", () => IsIdleAsync(cluster, cancellationToken), cancellationToken);
        Assert.InRange(await OutputTokensAsync(cluster, cancellationToken) - before, 1, LongAnswer - 1);
    }

    private static async Task<bool> IsIdleAsync(RunningCluster cluster, CancellationToken cancellationToken)
    {
        var engines = await Task.WhenAll(cluster.Llm.Select(silo => silo.EngineAsync(cancellationToken)));
        return engines.All(engine => engine is { Running: 0, Waiting: 0, BlocksUsed: 0 });
    }

    private static async Task<long> OutputTokensAsync(RunningCluster cluster, CancellationToken cancellationToken)
    {
        var engines = await Task.WhenAll(cluster.Llm.Select(silo => silo.EngineAsync(cancellationToken)));
        return engines.Sum(engine => engine.OutputTokens);
    }
}
