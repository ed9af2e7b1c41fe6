using System.Security.Cryptography;
using System.Text;
using GPT4RoI.Engine.Requests;
using GPT4RoI.Engine.Vision;
using GPT4RoI.Model.Prompting;
using GPT4RoI.Model.Regions;
using GPT4RoI.Training.Evaluation;

namespace GPT4RoI.Cli.Eval;

/// <summary>Answers with a checkpoint in this process, through the same engines, prompts and limits that a cluster serves with.</summary>
internal sealed class InProcessAnswerer : IRegionAnswerer
{
    private const string Tenant = "eval";
    private const int KeptImages = 32;

    private readonly LocalModel _model;
    private readonly OncePerImage<EncodedImage> _images;

    /// <param name="model">Borrowed.</param>
    /// <param name="name">Names the model in the report.</param>
    public InProcessAnswerer(LocalModel model, string name) => (_model, Name, _images) = (model, name, new(EncodeAsync, KeptImages));

    public string Name { get; }

    public async Task<IReadOnlyList<string>> AnswerAsync(
        EvaluationImage image, IReadOnlyList<RegionQuestion> questions, CancellationToken cancellationToken)
    {
        var encoded = await _images.GetAsync(image, cancellationToken);
        var vectors = new Dictionary<int, EmbeddedRegion>();
        var history = new List<PromptTurn>();
        foreach (var question in questions)
        {
            await EmbedAsync(encoded, question.NewRegions, vectors, cancellationToken);
            int[] ids = [.. question.NewRegions.Select(region => region.Id)];
            if (!_model.Prompts.TryBuild(history, new UserText(question.Text), ids, out var prompt, out var fault))
            {
                throw new AnswerFailedException(fault.Message);
            }
            var answer = await GenerateAsync(Request(encoded, prompt, vectors, question.MaxTokens), cancellationToken);
            history.Add(new(new UserText(question.Text), ids, new UserText(answer)));
        }
        return [.. history.Select(turn => turn.Answer.Value)];
    }

    private async Task<EncodedImage> EncodeAsync(EvaluationImage image, CancellationToken cancellationToken)
    {
        var bytes = await image.ReadAsync(cancellationToken);
        var prepared = Need(await _model.Intake.PrepareAsync(bytes, cancellationToken), "The picture");
        var features = Need(await _model.Images.EncodeAsync(prepared.Pixels, cancellationToken), "The picture");
        return new(ContentKey.FromBytes(SHA256.HashData(bytes)), features, prepared.Width, prepared.Height);
    }

    private async Task EmbedAsync(
        EncodedImage image, IReadOnlyList<NumberedBox> regions, Dictionary<int, EmbeddedRegion> vectors, CancellationToken cancellationToken)
    {
        if (regions.Count == 0)
        {
            return;
        }
        BoundingBox[] boxes = [.. regions.Select(region => region.Within(image.Width, image.Height))
            .Select(box => BoundingBox.FromPixels(box.X1, box.Y1, box.X2, box.Y2, image.Width, image.Height))];
        var rows = Need(
            await _model.Regions.EncodeAsync(image.Key, _ => ValueTask.FromResult<ImageFeatures?>(image.Features), boxes, cancellationToken), "A region");
        foreach (var (index, region) in regions.Index())
        {
            vectors[region.Id] = new(ContentKey.FromBytes(SHA256.HashData(Encoding.UTF8.GetBytes($"{image.Key} {boxes[index]}"))), rows[index]);
        }
    }

    private static GenerationRequest Request(EncodedImage image, AssembledPrompt prompt, Dictionary<int, EmbeddedRegion> vectors, int maxTokens)
    {
        var rows = new EmbeddingSpan(prompt.ImageOffset, prompt.ImageLength, SpanKind.Image, image.Key, image.Features.Levels[^1]);
        var regions = prompt.RegionSlots.Select(
            slot => new EmbeddingSpan(slot.TokenIndex, 1, SpanKind.Region, vectors[slot.RegionId].Key, vectors[slot.RegionId].Values));
        return new()
        {
            RequestId = Guid.NewGuid().ToString("N"),
            TenantId = Tenant,
            CacheSalt = default,
            PromptTokenIds = prompt.TokenIds,
            Spans = [.. regions.Prepend(rows).OrderBy(span => span.Offset)],
            Sampling = new SamplingParams { Temperature = 0, MaxTokens = maxTokens },
        };
    }

    private async Task<string> GenerateAsync(GenerationRequest request, CancellationToken cancellationToken)
    {
        if (!_model.Language.TrySubmit(request, out var stream, out var rejection))
        {
            throw new AnswerFailedException($"{rejection.Field}: {rejection.Message}");
        }
        await using var owned = stream;
        var filter = new AnswerFilter(_model.Template);
        var text = new StringBuilder();
        await foreach (var generated in stream.WithCancellation(cancellationToken))
        {
            switch (generated)
            {
                case TokensGenerated tokens:
                    text.Append(filter.Append(tokens.Text));
                    break;
                case GenerationFinished { Reason: not (FinishReason.Stop or FinishReason.Length) and var reason }:
                    throw new AnswerFailedException($"The generation ended as {reason}.");
            }
        }
        return text.Append(filter.Finish()).ToString();
    }

    private static T Need<T>(VisionOutcome<T> outcome, string what) =>
        outcome.TryGet(out var value) ? value : throw new AnswerFailedException($"{what} was refused: {outcome.Fault}.");

    /// <summary>What the engines need of a picture.</summary>
    private sealed record EncodedImage(ContentKey Key, ImageFeatures Features, int Width, int Height);

    /// <summary>A region's vector, float32 [hidden].</summary>
    private sealed record EmbeddedRegion(ContentKey Key, float[] Values);
}
