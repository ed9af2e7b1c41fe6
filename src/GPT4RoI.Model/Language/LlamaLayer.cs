using GPT4RoI.Model.Layers;
using GPT4RoI.Model.Native;
using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Language;

/// <summary>One pre-norm decoder layer (Hugging Face <c>LlamaDecoderLayer</c>).</summary>
/// <remarks>
/// The projections of q, k, v and of gate, up stay separate matrices: joining them would copy every mapped weight into memory of its own, for a gain
/// only where a matrix is so small that the call costs more than the product.
/// </remarks>
internal sealed class LlamaLayer : IDisposable
{
    private readonly LlamaConfig _config;
    private readonly int _index;
    private readonly RmsNorm _attentionNorm, _mlpNorm;
    private readonly Linear _query, _key, _value, _output, _gate, _up, _down;

    /// <param name="config">Sizes.</param>
    /// <param name="index">Of this layer.</param>
    /// <param name="loader">Scoped to <c>model.layers.N</c>.</param>
    public LlamaLayer(LlamaConfig config, int index, WeightLoader loader)
    {
        (_config, _index) = (config, index);
        var (attention, mlp, keyValueSize) = (loader.Scope("self_attn"), loader.Scope("mlp"), config.KeyValueHeads * config.HeadDim);
        _attentionNorm = new(config, loader.Scope("input_layernorm"));
        _query = new(attention.Scope("q_proj"), config.HiddenSize, config.HiddenSize, bias: false);
        _key = new(attention.Scope("k_proj"), config.HiddenSize, keyValueSize, bias: false);
        _value = new(attention.Scope("v_proj"), config.HiddenSize, keyValueSize, bias: false);
        _output = new(attention.Scope("o_proj"), config.HiddenSize, config.HiddenSize, bias: false);
        _mlpNorm = new(config, loader.Scope("post_attention_layernorm"));
        _gate = new(mlp.Scope("gate_proj"), config.HiddenSize, config.IntermediateSize, bias: false);
        _up = new(mlp.Scope("up_proj"), config.HiddenSize, config.IntermediateSize, bias: false);
        _down = new(mlp.Scope("down_proj"), config.IntermediateSize, config.HiddenSize, bias: false);
    }

    /// <summary>[tokens, hidden] to the same shape; writes this layer's part of the cache.</summary>
    public Tensor Forward(Tensor hidden, Tensor cos, Tensor sin, IPagedAttention attention, AttentionBatch batch, KvCache cache)
    {
        using var scope = NewDisposeScope();
        var normed = _attentionNorm.Forward(hidden);
        var query = RotaryEmbedding.Rotate(Heads(_query.Forward(normed)), cos, sin); // [tokens, heads, headDim]
        var key = RotaryEmbedding.Rotate(Heads(_key.Forward(normed)), cos, sin); // [tokens, keyValueHeads, headDim]
        var value = Heads(_value.Forward(normed));
        var context = attention.Forward(query, key, value, _index, batch, cache).flatten(1); // [tokens, hidden]
        var attended = _output.Forward(context).PlusInPlace(hidden);
        var normedAgain = _mlpNorm.Forward(attended);
        var gated = nn.functional.silu(_gate.Forward(normedAgain), inplace: true).mul_(_up.Forward(normedAgain)); // [tokens, intermediate]
        return _down.Forward(gated).PlusInPlace(attended).MoveToOuterDisposeScope();
    }

    private Tensor Heads(Tensor projected) => projected.unflatten(1, -1, _config.HeadDim);

    public void Dispose()
    {
        _attentionNorm.Dispose();
        _query.Dispose();
        _key.Dispose();
        _value.Dispose();
        _output.Dispose();
        _mlpNorm.Dispose();
        _gate.Dispose();
        _up.Dispose();
        _down.Dispose();
    }
}
