using GPT4RoI.Model.Layers;
using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Language;

/// <summary>
/// LLaMA over a paged KV cache (Touvron et al.; Hugging Face <c>LlamaForCausalLM</c>): one forward serves prefills, chunks and decodes together.
/// </summary>
public sealed class LlamaModel : IDisposable
{
    private readonly IPagedAttention _attention;
    private readonly Tensor _embeddings, _head;
    private readonly LlamaLayer[] _layers;
    private readonly RmsNorm _norm;
    private readonly RotaryEmbedding _rotary;

    /// <param name="config">Sizes.</param>
    /// <param name="loader">At the checkpoint's root; its source must outlive the model.</param>
    /// <param name="attention">The kernel; the one that suits the placement when null.</param>
    public LlamaModel(LlamaConfig config, WeightLoader loader, IPagedAttention? attention = null)
    {
        Config = config;
        Placement = loader.Placement;
        _attention = attention ?? PagedAttention.For(Placement);
        _embeddings = loader.Require("model.embed_tokens.weight", config.VocabularySize, config.HiddenSize);
        _layers = [.. Enumerable.Range(0, config.Layers).Select(layer => new LlamaLayer(config, layer, loader.Scope($"model.layers.{layer}")))];
        _norm = new(config, loader.Scope("model.norm"));
        _head = loader.Require("lm_head.weight", config.VocabularySize, config.HiddenSize);
        _rotary = new(config, Placement.Device);
    }

    /// <summary>Sizes.</summary>
    public LlamaConfig Config { get; }

    /// <summary>Where the weights are and what they compute in; the <see cref="KvCache"/> needs the same.</summary>
    public ModelPlacement Placement { get; }

    /// <summary>Token embeddings, [ids, hidden] in the placement's dtype. The caller disposes them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is not in the vocabulary.</exception>
    public Tensor Embed(ReadOnlySpan<int> ids)
    {
        foreach (var id in ids)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(id, nameof(ids));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(id, Config.VocabularySize, nameof(ids));
        }
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return _embeddings.index_select(0, tensor(ids.ToArray(), device: Placement.Device)).MoveToOuterDisposeScope();
    }

    /// <summary>One step of all sequences of a batch. Their new keys and values are in the cache afterwards.</summary>
    /// <param name="embeddings">[tokens, hidden] in the placement's dtype, in the batch's order; borrowed.</param>
    /// <param name="batch">Which token belongs where.</param>
    /// <param name="cache">On the model's placement.</param>
    /// <param name="probe">Shown <c>layer_out.i</c> and <c>final_norm</c>, each [tokens, hidden]; the tensors are borrowed during the call.</param>
    /// <returns>Hidden states after the final norm, [tokens, hidden]. The caller disposes them.</returns>
    /// <exception cref="ArgumentException">The batch does not fit the embeddings or the cache.</exception>
    public Tensor Forward(Tensor embeddings, AttentionBatch batch, KvCache cache, Action<string, Tensor>? probe = null)
    {
        if (embeddings.shape is not [var tokens, var width] || width != Config.HiddenSize)
        {
            throw new ArgumentException($"Embeddings are [{string.Join(", ", embeddings.shape)}], expected [tokens, {Config.HiddenSize}].", nameof(embeddings));
        }
        batch.Validate((int)tokens, Config.MaxPositions, cache);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var (cos, sin) = _rotary.At(batch.Positions, embeddings.dtype);
        var hidden = embeddings.alias();
        for (var layer = 0; layer < _layers.Length; layer++)
        {
            var next = _layers[layer].Forward(hidden, cos, sin, _attention, batch, cache);
            hidden.Dispose();
            hidden = next;
            probe?.Invoke($"layer_out.{layer}", hidden);
        }
        var normed = _norm.Forward(hidden);
        probe?.Invoke("final_norm", normed);
        return normed.MoveToOuterDisposeScope();
    }

    /// <summary>Scores over the vocabulary.</summary>
    /// <param name="hidden">[n, hidden] from <see cref="Forward"/>: only the rows that are needed; borrowed.</param>
    /// <returns>[n, vocabulary] float32. The caller disposes it.</returns>
    public Tensor Logits(Tensor hidden)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return Linear.Product(hidden, _head).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _embeddings.Dispose();
        Array.ForEach(_layers, layer => layer.Dispose());
        _norm.Dispose();
        _head.Dispose();
        _rotary.Dispose();
    }
}
