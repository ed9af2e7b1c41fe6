using System.Security.Cryptography;
using GPT4RoI.Engine;
using GPT4RoI.Engine.Requests;
using GPT4RoI.Engine.Vision;
using GPT4RoI.Model;
using GPT4RoI.Model.Language;
using GPT4RoI.Model.Prompting;
using GPT4RoI.Model.Regions;
using GPT4RoI.Model.Vision;
using Microsoft.Extensions.Logging.Abstractions;

namespace GPT4RoI.Cli.Eval;

/// <summary>A checkpoint with the engines that a cluster runs, in this process: questions of many callers are computed in common batches.</summary>
internal sealed class LocalModel : IAsyncDisposable
{
    private const int MaxAnswerTokens = 96;

    private readonly Gpt4RoiCheckpoint _checkpoint;
    private readonly ClipVisionTower _tower;
    private readonly RegionModule _regionModule;
    private readonly LlamaModel _language;
    private readonly MultimodalProjector _projector;
    private readonly ImagePreprocessor _preprocessor;
    private readonly ImageEncoder _images;
    private readonly RegionEncoder _regions;
    private readonly LlmEngine _engine;
    private readonly PromptBuilder _prompts;
    private readonly ConversationTemplate _template;
    private long _requests;

    /// <param name="folder">The checkpoint.</param>
    /// <exception cref="Model.Weights.WeightsException">It does not fit; the message lists what is wrong.</exception>
    public LocalModel(string folder)
    {
        _checkpoint = Gpt4RoiCheckpoint.Open(folder);
        var (config, vision, time) = (_checkpoint.Config, new VisionOptions(), TimeProvider.System);
        _tower = _checkpoint.LoadVisionTower(ModelPlacement.Cpu);
        _regionModule = _checkpoint.LoadRegionModule(ModelPlacement.Cpu);
        _language = _checkpoint.LoadLanguageModel(ModelPlacement.Cpu);
        _projector = _checkpoint.LoadProjector(ModelPlacement.Cpu);
        _preprocessor = ImagePreprocessor.Load(config.VisionTower, config.Vision.ImageSize);
        var tokenizer = Gpt4RoiTokenizer.Load(folder);
        _template = ConversationTemplate.For(config.ConversationVersion);
        _prompts = new(tokenizer, _template, config.Vision.Patches);
        _images = new(_tower, config.Vision, vision, time, NullLogger<ImageEncoder>.Instance);
        _regions = new(_regionModule, vision, time, NullLogger<RegionEncoder>.Instance);
        _engine = LlmEngine.Create(
            new LlmEngineOptions(), _language, _projector, config.Vision.HiddenSize, tokenizer, _template.Separator ?? "", time, NullLogger<LlmEngine>.Instance);
    }

    /// <summary>One greedy answer, without any history.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="boxes">The k-th is <c>&lt;regionK&gt;</c> of the question, counted from 1.</param>
    /// <param name="question">Mentions every region.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidOperationException">The question, a box or the model's own numbers do not allow an answer.</exception>
    public async Task<string> AskAsync(DecodedImage image, IReadOnlyList<BoundingBox> boxes, string question, CancellationToken cancellationToken)
    {
        var (ids, key) = (Enumerable.Range(1, boxes.Count).ToArray(), ContentKey.FromBytes(SHA256.HashData(image.Rgb.Span)));
        if (!_prompts.TryBuild([], new UserText(question), ids, out var prompt, out var fault))
        {
            throw new InvalidOperationException($"'{question}' with {boxes.Count} regions: {fault}");
        }
        var features = Sound(await _images.EncodeAsync(_preprocessor.Preprocess(image), cancellationToken));
        var vectors = Sound(await _regions.EncodeAsync(key, _ => ValueTask.FromResult<ImageFeatures?>(features), boxes, cancellationToken));
        var spans = prompt.RegionSlots
            .Select(slot => new EmbeddingSpan(slot.TokenIndex, 1, SpanKind.Region, KeyOf(key, boxes[slot.RegionId - 1]), vectors[slot.RegionId - 1]))
            .Prepend(new(prompt.ImageOffset, prompt.ImageLength, SpanKind.Image, key, features.Levels[^1]));
        return await GenerateAsync(prompt.TokenIds, [.. spans.OrderBy(span => span.Offset)], cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        _regions.Dispose();
        _images.Dispose();
        _projector.Dispose();
        _language.Dispose();
        _regionModule.Dispose();
        _tower.Dispose();
        _checkpoint.Dispose();
    }

    private async Task<string> GenerateAsync(int[] prompt, IReadOnlyList<EmbeddingSpan> spans, CancellationToken cancellationToken)
    {
        var request = new GenerationRequest
        {
            RequestId = $"{Interlocked.Increment(ref _requests)}",
            TenantId = "local",
            CacheSalt = default,
            PromptTokenIds = prompt,
            Spans = spans,
            Sampling = new SamplingParams { Temperature = 0, MaxTokens = MaxAnswerTokens },
        };
        if (!_engine.TrySubmit(request, out var stream, out var rejection))
        {
            throw new InvalidOperationException($"{rejection.Field}: {rejection.Message}");
        }
        await using var owned = stream;
        var (filter, answer) = (new AnswerFilter(_template), "");
        await foreach (var generated in stream.WithCancellation(cancellationToken))
        {
            answer += generated is TokensGenerated { Text: var text } ? filter.Append(text) : "";
        }
        return answer + filter.Finish();
    }

    private static ContentKey KeyOf(ContentKey image, BoundingBox box)
    {
        Span<byte> bytes = stackalloc byte[48];
        image.CopyTo(bytes);
        BitConverter.TryWriteBytes(bytes[32..], box.X1);
        BitConverter.TryWriteBytes(bytes[36..], box.Y1);
        BitConverter.TryWriteBytes(bytes[40..], box.X2);
        BitConverter.TryWriteBytes(bytes[44..], box.Y2);
        return ContentKey.FromBytes(SHA256.HashData(bytes));
    }

    private static T Sound<T>(VisionOutcome<T> outcome) =>
        outcome.TryGet(out var value) ? value : throw new InvalidOperationException($"The vision side gave no result: {outcome.Fault}.");
}
