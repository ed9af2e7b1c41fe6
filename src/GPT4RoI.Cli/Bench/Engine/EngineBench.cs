using System.Diagnostics;
using GPT4RoI.Cli.Verify;
using GPT4RoI.Engine;
using GPT4RoI.Engine.Requests;
using GPT4RoI.Model;
using GPT4RoI.Model.Language;
using GPT4RoI.Model.Prompting;
using GPT4RoI.Model.Vision;
using GPT4RoI.Model.Weights;
using Microsoft.Extensions.Logging.Abstractions;
using static TorchSharp.torch;

namespace GPT4RoI.Cli.Bench.Engine;

/// <summary>
/// The language engine alone, in this process: every round submits a batch of requests at once and reads all answers to their end. Prompts differ in every
/// token and round, so the prefix cache does not help.
/// </summary>
internal sealed class EngineBench(EngineWorkload workload)
{
    private readonly Random _random = new(workload.Seed);

    /// <summary>Runs everything; may take minutes.</summary>
    /// <param name="progress">Told of each finished round.</param>
    /// <param name="cancellationToken">Ends the run within an engine step.</param>
    public async Task<EngineReport> RunAsync(IProgress<EngineRound>? progress, CancellationToken cancellationToken)
    {
        using var checkpoint = Gpt4RoiCheckpoint.Open(workload.Model);
        var config = workload.Shape is { } shape ? Resize(checkpoint.Config.Language, shape) : checkpoint.Config.Language;
        using var synthetic = workload.Shape is null ? null : new FormulaWeights(SyntheticWeights.For(config, checkpoint.Config.Vision.HiddenSize));
        using var language = synthetic is null
            ? checkpoint.LoadLanguageModel(ModelPlacement.Cpu)
            : new LlamaModel(config, new WeightLoader(synthetic, ModelPlacement.Cpu));
        using var projector = synthetic is null
            ? checkpoint.LoadProjector(ModelPlacement.Cpu)
            : new MultimodalProjector(checkpoint.Config.Vision.HiddenSize, config.HiddenSize, new WeightLoader(synthetic, ModelPlacement.Cpu, SyntheticWeights.Projector));
        using var yardsticks = new Yardsticks(config);
        var copy = Yardsticks.CopyBytesPerSecond();
        var tokenizer = Gpt4RoiTokenizer.Load(workload.Model);
        await using var engine = LlmEngine.Create(
            Options(config), language, projector, checkpoint.Config.Vision.HiddenSize, tokenizer, "", TimeProvider.System, NullLogger<LlmEngine>.Instance);

        var rounds = new List<EngineRound>();
        foreach (var batch in workload.BatchSizes)
        {
            var fastest = default(Measurement);
            for (var repeat = 0; repeat <= workload.Repeats; repeat++) // the first one warms up
            {
                var measured = await MeasureAsync(engine, config, batch, $"{batch}-{repeat}", cancellationToken);
                fastest = repeat > 0 && (fastest is null || measured.Total < fastest.Total) ? measured : fastest;
            }
            rounds.Add(Round(config, yardsticks, copy, batch, fastest!, rounds.FirstOrDefault(round => round.BatchSize == 1)));
            progress?.Report(rounds[^1]);
        }
        return new(workload, yardsticks.Parameters, get_num_threads(), copy / 1e9, rounds);
    }

    private EngineRound Round(LlamaConfig config, Yardsticks yardsticks, double copy, int batch, Measurement measured, EngineRound? single)
    {
        var tokensPerSecond = batch * workload.OutputTokens / measured.Total;
        var step = measured.Decode / (workload.OutputTokens - 1);
        var matmul = yardsticks.MatmulSeconds(batch);
        var context = workload.PromptTokens + workload.OutputTokens / 2.0; // the middle of the decode
        var bytes = sizeof(float) * (yardsticks.Parameters + batch * context * 2 * config.Layers * config.KeyValueHeads * config.HeadDim);
        return new(
            batch, tokensPerSecond, batch == 1 ? 1 : tokensPerSecond / single?.TokensPerSecond, batch * workload.PromptTokens / measured.Prefill,
            step * 1e3, matmul * 1e3, matmul / step, bytes / 1e6, bytes / step / 1e9, bytes / step / copy);
    }

    private async Task<Measurement> MeasureAsync(LlmEngine engine, LlamaConfig config, int batch, string round, CancellationToken cancellationToken)
    {
        var requests = Enumerable.Range(0, batch).Select(index => new GenerationRequest
        {
            RequestId = $"{round}-{index}",
            TenantId = "bench",
            CacheSalt = default,
            PromptTokenIds = [.. Enumerable.Range(0, workload.PromptTokens).Select(_ => _random.Next(3, config.VocabularySize))],
            Sampling = new SamplingParams { Temperature = 0, MaxTokens = workload.OutputTokens, IgnoreEos = true },
        }).ToArray();
        var start = Stopwatch.GetTimestamp();
        var times = await Task.WhenAll(requests.Select(request => AnswerAsync(engine, request, start, cancellationToken)));
        return new(times.Max(time => time.First), times.Max(time => time.Last), times.Max(time => time.Last) - times.Max(time => time.First));
    }

    private static async Task<(double First, double Last)> AnswerAsync(
        LlmEngine engine, GenerationRequest request, long start, CancellationToken cancellationToken)
    {
        if (!engine.TrySubmit(request, out var stream, out var rejection))
        {
            throw new InvalidOperationException($"{rejection.Field}: {rejection.Message}");
        }
        await using var owned = stream;
        double? first = null;
        await foreach (var generated in stream.WithCancellation(cancellationToken))
        {
            if (generated is TokensGenerated)
            {
                first ??= Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
        }
        return (first ?? double.NaN, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private LlmEngineOptions Options(LlamaConfig config)
    {
        const int blockSize = 16;
        var blocks = workload.BatchSizes.Max() * ((workload.PromptTokens + workload.OutputTokens) / blockSize + 2);
        return new LlmEngineOptions
        {
            BlockSize = blockSize,
            MaxSequences = Math.Max(64, workload.BatchSizes.Max()),
            MaxWaiting = Math.Max(256, workload.BatchSizes.Max()),
            MaxWaitingPerTenant = Math.Max(64, workload.BatchSizes.Max()),
            KvCacheBytes = Math.Max(1 << 20, blocks * KvCache.BytesPerBlock(config, blockSize, ScalarType.Float32)),
        };
    }

    private static LlamaConfig Resize(LlamaConfig config, SyntheticShape shape) => config with
    {
        HiddenSize = shape.HiddenSize,
        IntermediateSize = shape.IntermediateSize,
        Layers = shape.Layers,
        Heads = shape.Heads,
        KeyValueHeads = shape.Heads,
    };

    /// <summary>Seconds: to the last first token, to the end, between the two.</summary>
    private sealed record Measurement(double Prefill, double Total, double Decode);
}
