using GPT4RoI.Engine;
using GPT4RoI.Engine.Vision;
using GPT4RoI.Model;
using GPT4RoI.Model.Language;
using GPT4RoI.Model.Prompting;
using GPT4RoI.Model.Vision;
using Microsoft.Extensions.Logging.Abstractions;

namespace GPT4RoI.Cli.Eval;

/// <summary>A checkpoint with the engines that a cluster's nodes run, all in this process on the CPU.</summary>
internal sealed class LocalModel : IAsyncDisposable
{
    private const int BlockSize = 16, LongestContext = 2048, FullContexts = 2;
    private const long LeastKvCacheBytes = 256 << 20;

    // Nobody else is served: what waits, waits for its own run.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5), QueuePatience = TimeSpan.FromHours(1);

    private readonly Stack<IDisposable> _owned = [];

    private LocalModel(string directory)
    {
        try
        {
            var vision = new VisionOptions { DecodeTimeout = Patience };
            var time = TimeProvider.System;
            var checkpoint = Own(Gpt4RoiCheckpoint.Open(directory));
            var config = checkpoint.Config;
            var tokenizer = Gpt4RoiTokenizer.Load(directory);
            Template = ConversationTemplate.For(config.ConversationVersion);
            Prompts = new PromptBuilder(tokenizer, Template, config.Vision.Patches);
            var tower = Own(checkpoint.LoadVisionTower(ModelPlacement.Cpu));
            Images = Own(new ImageEncoder(tower, config.Vision, vision, time, NullLogger<ImageEncoder>.Instance));
            var decoders = Own(new DecodePool(vision, time, NullLogger<DecodePool>.Instance));
            Intake = new ImageIntake(decoders, ImagePreprocessor.Load(config.VisionTower, config.Vision.ImageSize), vision);
            var module = Own(checkpoint.LoadRegionModule(ModelPlacement.Cpu));
            Regions = Own(new RegionEncoder(module, vision, time, NullLogger<RegionEncoder>.Instance));
            var language = Own(checkpoint.LoadLanguageModel(ModelPlacement.Cpu));
            var projector = Own(checkpoint.LoadProjector(ModelPlacement.Cpu));
            Language = LlmEngine.Create(
                Options(config.Language), language, projector, config.Vision.HiddenSize, tokenizer, Template.Separator ?? "", time,
                NullLogger<LlmEngine>.Instance);
        }
        catch
        {
            Free();
            throw;
        }
    }

    public ConversationTemplate Template { get; }

    public PromptBuilder Prompts { get; }

    public ImageIntake Intake { get; }

    public ImageEncoder Images { get; }

    public RegionEncoder Regions { get; }

    public LlmEngine Language { get; }

    /// <summary>Loads everything. The caller disposes it.</summary>
    /// <exception cref="Model.Weights.WeightsException">The checkpoint does not fit.</exception>
    public static LocalModel Load(string directory) => new(directory);

    public async ValueTask DisposeAsync()
    {
        await Language.DisposeAsync();
        Free();
    }

    // Last made, first freed: an engine ends before the weights it reads.
    private void Free()
    {
        while (_owned.TryPop(out var part))
        {
            part.Dispose();
        }
    }

    private static LlmEngineOptions Options(LlamaConfig config)
    {
        var context = Math.Min(LongestContext, config.MaxPositions);
        var blocks = FullContexts * ((context / BlockSize) + 1);
        return new()
        {
            BlockSize = BlockSize,
            MaxModelLength = context,
            KvCacheBytes = Math.Max(LeastKvCacheBytes, blocks * KvCache.BytesPerBlock(config, BlockSize, ModelPlacement.Cpu.Dtype)),
            QueueTimeout = QueuePatience,
        };
    }

    private T Own<T>(T part)
        where T : IDisposable
    {
        _owned.Push(part);
        return part;
    }
}
