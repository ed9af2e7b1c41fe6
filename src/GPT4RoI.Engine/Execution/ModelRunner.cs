using System.Runtime.InteropServices;
using GPT4RoI.Engine.Requests;
using GPT4RoI.Engine.Scheduling;
using GPT4RoI.Model.Language;
using GPT4RoI.Model.Vision;
using static TorchSharp.torch;

namespace GPT4RoI.Engine.Execution;

/// <summary>Computes steps with the real model. Owns the KV cache and the projected images; model and projector are borrowed.</summary>
internal sealed class ModelRunner : IModelRunner
{
    private readonly LlamaModel _language;
    private readonly KvCache _cache;
    private readonly ProjectedImages _images;

    /// <param name="language">The language model.</param>
    /// <param name="projector">On the same placement.</param>
    /// <param name="visionChannels">Floats in an image row before projection.</param>
    /// <param name="options">Valid; says how large cache and blocks are.</param>
    public ModelRunner(LlamaModel language, MultimodalProjector projector, int visionChannels, LlmEngineOptions options)
    {
        var config = language.Config;
        var blockBytes = KvCache.BytesPerBlock(config, options.BlockSize, language.Placement.Dtype);
        var blocks = (int)Math.Clamp(options.KvCacheBytes / blockBytes, 1, int.MaxValue / options.BlockSize);
        _language = language;
        _cache = new KvCache(config, blocks, options.BlockSize, language.Placement);
        _images = new ProjectedImages(projector, visionChannels, options.ImageCacheBytes);
        Shape = new RunnerShape(config.VocabularySize, config.MaxPositions, blocks, options.BlockSize, visionChannels, config.HiddenSize);
    }

    /// <inheritdoc/>
    public RunnerShape Shape { get; }

    /// <inheritdoc/>
    public void Execute(SchedulerOutput output, LogitsBuffer logits)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var layout = BatchLayout.Of(output, Shape.BlockSize);
        var embeddings = _language.Embed(layout.TokenIds); // [tokens, hidden]
        for (var i = 0; i < output.Sequences.Count; i++)
            Substitute(embeddings, layout.Attention.QueryStarts[i], output.Sequences[i]);
        var hidden = _language.Forward(embeddings, layout.Attention, _cache); // [tokens, hidden]

        var rows = logits.Reset(layout.SampledRows.Length);
        if (rows.IsEmpty)
            return;
        var last = hidden.index_select(0, tensor(layout.SampledRows, device: hidden.device)); // [sampled, hidden]
        var scores = _language.Logits(last).cpu(); // [sampled, vocabulary] float32
        MemoryMarshal.Cast<byte, float>(scores.bytes).CopyTo(rows);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _images.Dispose();
        _cache.Dispose();
    }

    // Overwrites the rows of placeholder tokens within the chunk, whose first token lies in row firstRow.
    private void Substitute(Tensor embeddings, int firstRow, ScheduledSequence chunk)
    {
        foreach (var span in chunk.Sequence.Request.Spans)
        {
            var from = Math.Max(span.Offset, chunk.Start);
            var length = Math.Min(span.Offset + span.Length, chunk.End) - from;
            if (length <= 0)
                continue;
            var rows = Rows(chunk.Sequence.Request.CacheSalt, span).narrow(0, from - span.Offset, length); // [length, hidden]
            embeddings.narrow(0, firstRow + from - chunk.Start, length).copy_(rows);
        }
    }

    private Tensor Rows(ContentKey salt, EmbeddingSpan span) => span.Kind == SpanKind.Image
        ? _images.Get(salt, span)
        : tensor(span.Values.ToArray(), [span.Length, Shape.RegionRowSize]);
}
