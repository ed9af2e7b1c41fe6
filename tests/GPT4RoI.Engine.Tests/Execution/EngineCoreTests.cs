using GPT4RoI.Engine.Requests;
using static GPT4RoI.Engine.Tests.Scheduling.Requests;

namespace GPT4RoI.Engine.Tests.Execution;

public sealed class EngineCoreTests
{
    private static readonly GenerationRequest[] Mixed =
    [
        .. Enumerable.Range(0, 9).Select(i => Of(
            [.. Enumerable.Range(30 + (i % 3), 3 + (i * 5))], maxTokens: 2 + (i * 3), tenant: $"t{i % 3}", salt: (ulong)(i % 3), id: $"r{i}")),
    ];

    [Fact]
    public async Task Step_ManyRequests_EachGetsTheTokensItGetsAlone()
    {
        using var together = new EngineHarness(new FakeRunner());

        var batched = await together.RunAsync(Mixed);

        foreach (var (request, result) in Mixed.Zip(batched))
            AssertSame(await Alone(request), result);
    }

    [Theory]
    [InlineData(64, 2, 3, false)]
    [InlineData(18, 9, 20, true)]
    [InlineData(18, 4, 512, true)]
    public async Task Step_SmallBudgetOrPool_SameTokens(int blocks, int sequences, int budget, bool preempts)
    {
        var runner = new FakeRunner(blocks);
        using var engine = new EngineHarness(runner, o => (o.MaxSequences, o.MaxBatchedTokens) = (sequences, budget));

        var results = await engine.RunAsync(Mixed);

        foreach (var (request, result) in Mixed.Zip(results))
            AssertSame(await Alone(request), result);
        Assert.Equal(preempts, engine.Core.Snapshot.Preemptions > 0);
        Assert.Equal(results.Sum(result => result.Finished.Usage.Preemptions), engine.Core.Snapshot.Preemptions);
    }

    [Fact]
    public async Task Step_SamePromptAgain_IsFoundInTheCacheAndGivesTheSameTokens()
    {
        using var engine = new EngineHarness(new FakeRunner());
        var request = Of([.. Enumerable.Range(30, 22)], 6);

        var cold = Assert.Single(await engine.RunAsync(request));
        var warm = Assert.Single(await engine.RunAsync(request));

        AssertSame(cold, warm);
        Assert.Equal((0, 20), (cold.Finished.Usage.CachedTokens, warm.Finished.Usage.CachedTokens));
        Assert.Equal(20, engine.Core.Snapshot.PrefixHitTokens);
    }

    [Fact]
    public async Task Step_SamePromptOfAnotherTenant_IsAsColdAsTheFirst()
    {
        using var engine = new EngineHarness(new FakeRunner());
        await engine.RunAsync(Of([.. Enumerable.Range(30, 22)], 6, tenant: "a", salt: 1));

        var other = Assert.Single(await engine.RunAsync(Of([.. Enumerable.Range(30, 22)], 6, tenant: "b", salt: 2)));

        Assert.Equal(0, other.Finished.Usage.CachedTokens);
    }

    [Fact]
    public async Task Step_SeededSampling_IsReproducibleInAnyCompany()
    {
        GenerationRequest[] requests = [.. Mixed.Select((r, i) => r with
        {
            Sampling = r.Sampling with { Temperature = 1.5f, TopK = 0, RepetitionPenalty = 1.2f, Seed = (ulong)i },
        })];
        using var crowded = new EngineHarness(new FakeRunner(blocks: 18), o => o.MaxBatchedTokens = 64);
        var results = await crowded.RunAsync(requests);

        Assert.True(crowded.Core.Snapshot.Preemptions > 0);
        foreach (var (request, result) in requests.Zip(results))
            AssertSame(await Alone(request), result);
        var other = await Alone(requests[8] with { Sampling = requests[8].Sampling with { Seed = 99 } });
        Assert.NotEqual(results[8].Tokens, other.Tokens);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(19)]
    public async Task Step_ResumedRequest_GoesOnAsIfItHadNeverStopped(int relayed)
    {
        var request = Of([.. Enumerable.Range(30, 10)], 20) with
        {
            Sampling = new SamplingParams { MaxTokens = 20, Temperature = 1, Seed = 5, PresencePenalty = 1, TopLogprobs = 2 },
        };
        var whole = await Alone(request);

        var rest = await Alone(request with { ResumeTokenIds = whole.Tokens[..relayed] });

        Assert.Equal(whole.Tokens[relayed..], rest.Tokens);
        Assert.EndsWith(rest.Text, whole.Text, StringComparison.Ordinal);
        Assert.Equal(whole.Logprobs[relayed..].Select(p => p.Logprob), rest.Logprobs.Select(p => p.Logprob));
        Assert.Equal((whole.Reason, 20), (rest.Reason, rest.Finished.Usage.OutputTokens));
    }

    [Fact]
    public async Task Step_ResumedRequestThatWasComplete_EndsWithoutComputing()
    {
        var request = Of([.. Enumerable.Range(30, 10)], 4);
        var whole = await Alone(request);
        var runner = new FakeRunner();
        using var engine = new EngineHarness(runner);

        var rest = Assert.Single(await engine.RunAsync(request with { ResumeTokenIds = whole.Tokens }));

        Assert.Equal((0, "", FinishReason.Length, 4), (rest.Tokens.Length, rest.Text, rest.Reason, rest.Finished.Usage.OutputTokens));
        Assert.Empty(runner.Executed);
        Assert.Equal(0, engine.Inbox.Waiting);
    }

    [Fact]
    public async Task Step_CancelledRequest_FreesItsBlocksInTheSameStep()
    {
        using var engine = new EngineHarness(new FakeRunner());
        var stream = engine.Submit(Of([.. Enumerable.Range(30, 10)], 50));
        engine.Core.Step();
        Assert.True(engine.Core.Snapshot.BlocksUsed > 0);

        await stream.DisposeAsync();
        engine.Core.Step();

        Assert.Equal((0, 0), (engine.Core.Snapshot.BlocksUsed, engine.Core.Snapshot.Running));
    }

    [Fact]
    public async Task Step_WaitingRequestCancelled_LeavesTheQueue()
    {
        using var engine = new EngineHarness(new FakeRunner(), o => o.MaxSequences = 1);
        var running = engine.Submit(Of([30, 31], 5));
        var waiting = engine.Submit(Of([40, 41], 5, tenant: "b"));
        engine.Core.Step();

        await waiting.DisposeAsync();
        engine.StepToEnd();

        Assert.Equal(FinishReason.Length, (await Generation.ReadAsync(running)).Reason);
        Assert.Equal(FinishReason.Cancelled, (await Generation.ReadAsync(waiting)).Reason);
        Assert.Equal(0, engine.Inbox.Waiting);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Step_PoisonedRequest_FailsAloneAndItsNeighboursDoNotNotice(bool throws)
    {
        var runner = new FakeRunner();
        (throws ? runner.Throws : runner.NotFinite).Add("r4");
        using var engine = new EngineHarness(runner);

        var results = await engine.RunAsync(Mixed);

        Assert.Equal((FinishReason.Failed, 0), (results[4].Reason, results[4].Tokens.Length));
        foreach (var (request, result) in Mixed.Zip(results).Where(pair => pair.First.RequestId != "r4"))
            AssertSame(await Alone(request), result);
        Assert.Equal((1, 0, 0), (engine.Core.Snapshot.Failures, engine.Core.Snapshot.BlocksUsed, engine.Core.Snapshot.FaultedStepsInARow));
    }

    [Fact]
    public async Task Step_PoisonedRequest_LeavesNothingInThePrefixCache()
    {
        var runner = new FakeRunner();
        runner.NotFinite.Add("poisoned");
        using var engine = new EngineHarness(runner, o => (o.MaxSequences, o.MaxBatchedTokens) = (4, 8));
        await engine.RunAsync(Of([.. Enumerable.Range(30, 22)], 6, id: "poisoned"));

        var healthy = Assert.Single(await engine.RunAsync(Of([.. Enumerable.Range(30, 22)], 6, id: "healthy")));

        Assert.Equal((0, FinishReason.Length), (healthy.Finished.Usage.CachedTokens, healthy.Reason));
    }

    [Fact]
    public async Task Step_NothingCanBeComputed_CountsFaultedStepsUntilOneWorks()
    {
        var runner = new FakeRunner();
        runner.Throws.UnionWith(["r0", "r1"]);
        using var engine = new EngineHarness(runner);

        await engine.RunAsync(Mixed[..2]);
        Assert.Equal(1, engine.Core.Snapshot.FaultedStepsInARow);
        await engine.RunAsync(Mixed[2]);

        Assert.Equal(0, engine.Core.Snapshot.FaultedStepsInARow);
    }

    [Fact]
    public async Task Step_WaitedTooLong_EndsAsTimedOut()
    {
        using var engine = new EngineHarness(new FakeRunner(), o => (o.MaxSequences, o.QueueTimeout) = (1, TimeSpan.FromSeconds(5)));
        var running = engine.Submit(Of([30, 31], 50));
        var waiting = engine.Submit(Of([40, 41], 5));
        engine.Core.Step();

        engine.Time.Advance(TimeSpan.FromSeconds(6));
        engine.StepToEnd();

        Assert.Equal(FinishReason.TimedOut, (await Generation.ReadAsync(waiting)).Reason);
        Assert.Equal(FinishReason.Length, (await Generation.ReadAsync(running)).Reason);
    }

    [Fact]
    public async Task Step_ReaderThatTakesNothing_HoldsUpNobodyAndMissesNothing()
    {
        using var engine = new EngineHarness(new FakeRunner());
        var slow = engine.Submit(Mixed[8]);
        var brisk = engine.Submit(Mixed[2]);
        engine.StepToEnd();

        AssertSame(await Alone(Mixed[2]), await Generation.ReadAsync(brisk));
        AssertSame(await Alone(Mixed[8]), await Generation.ReadAsync(slow));
    }

    [Fact]
    public async Task Step_UsageAndTimings_CountWhatHappened()
    {
        using var engine = new EngineHarness(new FakeRunner(), o => o.MaxBatchedTokens = 64);
        var stream = engine.Submit(Of([.. Enumerable.Range(30, 10)], 3));
        engine.Time.Advance(TimeSpan.FromSeconds(1));
        while (engine.Core.Step())
            engine.Time.Advance(TimeSpan.FromSeconds(2));

        var finished = (await Generation.ReadAsync(stream)).Finished;

        Assert.Equal(new GenerationUsage(10, 0, 3, 0), finished.Usage);
        Assert.Equal(new GenerationTimings(TimeSpan.FromSeconds(1), TimeSpan.Zero, TimeSpan.FromSeconds(4)), finished.Timings);
    }

    private static async Task<Generation> Alone(GenerationRequest request)
    {
        using var engine = new EngineHarness(new FakeRunner());
        return Assert.Single(await engine.RunAsync(request));
    }

    private static void AssertSame(Generation expected, Generation actual)
    {
        Assert.Equal(expected.Tokens, actual.Tokens);
        Assert.Equal(expected.Text, actual.Text);
        Assert.Equal(expected.Reason, actual.Reason);
    }
}
