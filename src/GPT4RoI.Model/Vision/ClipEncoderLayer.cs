using GPT4RoI.Model.Layers;
using GPT4RoI.Model.Native;
using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Vision;

/// <summary>One pre-norm transformer layer of CLIP (Hugging Face <c>CLIPEncoderLayer</c>).</summary>
internal sealed class ClipEncoderLayer : IDisposable
{
    private const double QuickGelu = 1.702;

    private readonly LayerNorm _attentionNorm, _mlpNorm;
    private readonly Linear _query, _key, _value, _output, _expand, _contract;
    private readonly int _heads;

    /// <param name="config">Sizes.</param>
    /// <param name="loader">Scoped to <c>encoder.layers.N</c>.</param>
    public ClipEncoderLayer(ClipVisionConfig config, WeightLoader loader)
    {
        _heads = config.Heads;
        var (width, attention, mlp) = (config.HiddenSize, loader.Scope("self_attn"), loader.Scope("mlp"));
        _attentionNorm = new(loader.Scope("layer_norm1"), width, config.LayerNormEpsilon);
        _query = new(attention.Scope("q_proj"), width, width);
        _key = new(attention.Scope("k_proj"), width, width);
        _value = new(attention.Scope("v_proj"), width, width);
        _output = new(attention.Scope("out_proj"), width, width);
        _mlpNorm = new(loader.Scope("layer_norm2"), width, config.LayerNormEpsilon);
        _expand = new(mlp.Scope("fc1"), width, config.IntermediateSize);
        _contract = new(mlp.Scope("fc2"), config.IntermediateSize, width);
    }

    /// <summary>[batch, tokens, channels] to the same shape.</summary>
    public Tensor Forward(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        var attended = hidden.Plus(Attend(_attentionNorm.Forward(hidden)));
        var expanded = _expand.Forward(_mlpNorm.Forward(attended)); // [batch, tokens, intermediate]
        var activated = expanded.mul_(expanded.Times(QuickGelu).sigmoid_());
        return attended.PlusInPlace(_contract.Forward(activated)).MoveToOuterDisposeScope();
    }

    private Tensor Attend(Tensor hidden)
    {
        var context = nn.functional.scaled_dot_product_attention(
            SplitHeads(_query.Forward(hidden)), SplitHeads(_key.Forward(hidden)), SplitHeads(_value.Forward(hidden)));
        return _output.Forward(context.transpose(1, 2).flatten(2)); // [batch, tokens, channels]
    }

    // [batch, tokens, channels] to [batch, heads, tokens, headDim]
    private Tensor SplitHeads(Tensor projected) => projected.unflatten(2, _heads, -1).transpose(1, 2);

    public void Dispose()
    {
        _attentionNorm.Dispose();
        _query.Dispose();
        _key.Dispose();
        _value.Dispose();
        _output.Dispose();
        _mlpNorm.Dispose();
        _expand.Dispose();
        _contract.Dispose();
    }
}
