using GPT4RoI.Engine.Execution;
using GPT4RoI.Engine.Requests;
using GPT4RoI.Engine.Scheduling;
using TorchSharp;
using static GPT4RoI.Engine.Tests.Scheduling.Requests;

namespace GPT4RoI.Engine.Tests.Execution;

/// <summary>The engine with the real mathematics, against the continuations that the authors' code gave.</summary>
public sealed class ModelRunnerTests(TinyModel model) : IClassFixture<TinyModel>
{
    [Fact]
    public async Task Run_EachPromptAlone_GivesTheAuthorsTokens()
    {
        foreach (var turn in model.Turns)
        {
            using var engine = model.Engine();
            Assert.Equal(turn.GeneratedIds, Assert.Single(await engine.RunAsync(turn.Request)).Tokens);
        }
    }

    /// <summary>In one batch, in small chunks, and in a pool so small that sequences preempt each other.</summary>
    [Theory]
    [InlineData(600, 64, 4096, false)]
    [InlineData(600, 16, 96, false)]
    [InlineData(73, 64, 512, true)]
    public async Task Run_AllPromptsTogether_GiveTheAuthorsTokens(int blocks, int sequences, int budget, bool preempts)
    {
        using var engine = model.Engine(options =>
            (options.KvCacheBytes, options.MaxSequences, options.MaxBatchedTokens) = (model.BlockBytes(blocks), sequences, budget));
        // A salt each: nothing is shared, so that each has to compute its own prefix.
        var results = await engine.RunAsync(model.Turns.Select((turn, i) => turn.Request with { CacheSalt = new ContentKey((ulong)i, 0, 0, 0) }));

        foreach (var (turn, result) in model.Turns.Zip(results))
            Assert.Equal(turn.GeneratedIds, result.Tokens);
        Assert.Equal(preempts, engine.Core.Snapshot.Preemptions > 0);
    }

    [Fact]
    public async Task Run_AllPromptsOneAfterTheOther_GiveTheAuthorsTokensFromCachedPrefixes()
    {
        using var engine = model.Engine();
        var cached = new List<int>();
        foreach (var turn in model.Turns.Concat(model.Turns))
        {
            var result = Assert.Single(await engine.RunAsync(turn.Request));
            Assert.Equal(turn.GeneratedIds, result.Tokens);
            cached.Add(result.Finished.Usage.CachedTokens);
        }

        // The second time round every full block but the last token's is found.
        Assert.Equal(
            model.Turns.Select(turn => (turn.Request.PromptTokenIds.Count - 1) / 16 * 16), cached.Skip(model.Turns.Count));
    }

    [Fact]
    public async Task Run_SecondTurn_FindsImageRegionAndFirstAnswer()
    {
        using var engine = model.Engine();
        GoldenTurn[] turns = [.. model.Turns.Where(turn => turn.Request.RequestId.StartsWith("multiturn.clean", StringComparison.Ordinal))];

        await engine.RunAsync(turns[0].Request);
        var second = Assert.Single(await engine.RunAsync(turns[1].Request));

        Assert.Equal(turns[1].GeneratedIds, second.Tokens);
        Assert.True(second.Finished.Usage.CachedTokens >= 352, $"{second.Finished.Usage.CachedTokens} tokens were found");
    }

    [Fact]
    public async Task Run_SamePromptOtherImageOrRegion_SharesNothingBehindTheDifference()
    {
        using var engine = model.Engine();
        var turn = model.Turns[0];
        await engine.RunAsync(turn.Request);
        var (image, region) = (turn.Request.Spans[0], turn.Request.Spans[1]);
        var otherRegion = region with { Key = new ContentKey(7, 7, 7, 7), Values = region.Values.ToArray().Reverse().ToArray() };
        var otherImage = image with { Key = new ContentKey(8, 8, 8, 8), Values = image.Values.ToArray().Reverse().ToArray() };

        var results = new List<Generation>();
        foreach (var spans in (EmbeddingSpan[][])[[image, otherRegion], [otherImage, region]])
            results.Add(Assert.Single(await engine.RunAsync(turn.Request with { Spans = spans })));

        Assert.Equal([region.Offset / 16 * 16, image.Offset / 16 * 16], results.Select(result => result.Finished.Usage.CachedTokens));
    }

    [Fact]
    public async Task Run_SeededSampling_IsReproducibleInAnyCompanyAndAcrossAResume()
    {
        GenerationRequest[] requests = [.. model.Turns.Take(4).Select((turn, i) => turn.Request with
        {
            Sampling = new SamplingParams { Temperature = 0.9f, TopK = 50, Seed = (ulong)i, MaxTokens = 20, IgnoreEos = true },
        })];
        using var crowded = model.Engine(options => options.MaxBatchedTokens = 200);
        var together = await crowded.RunAsync(requests);
        foreach (var (request, result) in requests.Zip(together))
        {
            using var engine = model.Engine();
            Assert.Equal(result.Tokens, Assert.Single(await engine.RunAsync(request)).Tokens);
            var resumed = Assert.Single(await engine.RunAsync(request with { ResumeTokenIds = result.Tokens[..9] }));
            Assert.Equal(result.Tokens[9..], resumed.Tokens);
        }
    }

    [Fact]
    public async Task Run_FeaturesThatOverflow_FailAloneAndNeighboursDoNotNotice()
    {
        using var engine = model.Engine();
        var victim = model.Turns[0].Request;
        // Finite, so nothing refuses it; but many of the projected rows overflow, and infinity times 0 is NaN in the first norm.
        var random = new Random(1);
        float[] huge = [.. Enumerable.Range(0, victim.Spans[0].Values.Length).Select(_ => random.Next(2) == 0 ? float.MaxValue : float.MinValue)];
        var poisoned = victim with
        {
            CacheSalt = new ContentKey(99, 0, 0, 0),
            Spans = [victim.Spans[0] with { Values = huge }, victim.Spans[1]],
        };

        var results = await engine.RunAsync([model.Turns[1].Request, poisoned, model.Turns[2].Request]);

        Assert.Equal((FinishReason.Failed, 0), (results[1].Reason, results[1].Tokens.Length));
        Assert.Equal(model.Turns[1].GeneratedIds, results[0].Tokens);
        Assert.Equal(model.Turns[2].GeneratedIds, results[2].Tokens);
        // The blocks that held its NaNs serve the next one well.
        Assert.Equal(model.Turns[3].GeneratedIds, Assert.Single(await engine.RunAsync(model.Turns[3].Request)).Tokens);
    }

    [Fact]
    public void Execute_ManySteps_LeavesNoTensorBehind()
    {
        var options = new LlmEngineOptions { KvCacheBytes = model.BlockBytes(64) };
        using var runner = model.Runner(options);
        var scheduler = new Scheduler(SchedulerOptions.From(options, 2048, 64, 16));
        var sequence = new Sequence(1, model.Turns[0].Request, 2048);
        var logits = new LogitsBuffer(runner.Shape.VocabularySize);
        scheduler.Add(sequence);
        Step(); // the image's projected rows are kept from here on
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        for (var i = 0; i < 20; i++)
            Step();

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Step()
        {
            var output = scheduler.Schedule();
            runner.Execute(output, logits);
            scheduler.Update(output.Sequences[0], sampled: 40);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1 << 20)]
    public async Task Run_AnyImageCache_GivesTheAuthorsTokens(long imageCacheBytes)
    {
        using var engine = model.Engine(options => (options.ImageCacheBytes, options.MaxBatchedTokens) = (imageCacheBytes, 100));
        Assert.Equal(model.Turns[3].GeneratedIds, Assert.Single(await engine.RunAsync(model.Turns[3].Request)).Tokens);
    }

    [Fact]
    public async Task Run_PlainTextPrompt_NeedsNoSpans()
    {
        using var engine = model.Engine();
        Assert.Equal(5, Assert.Single(await engine.RunAsync(Of([1, 300, 301], 5) with { Sampling = new SamplingParams { IgnoreEos = true, MaxTokens = 5 } })).Tokens.Length);
    }
}
