using GPT4RoI.Model;
using GPT4RoI.Model.Native;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Modules;

/// <summary>
/// LLaMA over whole sequences (Hugging Face <c>LlamaForCausalLM</c>), differentiable. Sequences of a batch are padded on the right: with causal attention
/// no token sees what stands behind it, so padding needs no mask.
/// </summary>
internal sealed class LanguageTrunk(ParameterSet parameters, LlamaConfig config, ComputeOptions options) : IDisposable
{
    private readonly RotaryTable _rotary = new(config, parameters.Device, options.Dtype);

    /// <summary>Ids [tokens] int32 or int64 to embeddings [tokens, hidden]; the caller disposes them.</summary>
    public Tensor Embed(Tensor ids) => parameters[LanguageCatalog.Embeddings].index_select(0, ids).to(options.Dtype);

    /// <summary>Embeddings [batch, tokens, hidden] to hidden states behind the final norm, same shape; the caller disposes them.</summary>
    public Tensor Forward(Tensor embeddings)
    {
        using var scope = NewDisposeScope();
        var hidden = embeddings;
        for (var index = 0; index < config.Layers; index++)
        {
            var layer = index;
            hidden = Recomputed.Run(options.GradientCheckpointing, input => Layer(input, layer), hidden);
        }
        return Layers.RmsNorm(hidden, parameters["model.norm.weight"], config.RmsNormEpsilon).MoveToOuterDisposeScope();
    }

    /// <summary>Scores over the vocabulary of hidden states [rows, hidden]: [rows, vocabulary] float32; the caller disposes them.</summary>
    public Tensor Logits(Tensor hidden) => Layers.Linear(hidden, parameters[LanguageCatalog.Head]).to(ScalarType.Float32);

    private Tensor Layer(Tensor hidden, int layer)
    {
        using var scope = NewDisposeScope();
        var name = $"model.layers.{layer}.";
        var attended = hidden.Plus(Attend(Norm(hidden, name + "input_layernorm"), name + "self_attn."));
        var joined = Layers.Linear(Norm(attended, name + "post_attention_layernorm"), parameters[name + "mlp.gate_up_proj.weight"]).chunk(2, -1);
        var gated = nn.functional.silu(joined[0]) * joined[1]; // [batch, tokens, intermediate]
        return attended.Plus(Layers.Linear(gated, parameters[name + "mlp.down_proj.weight"])).MoveToOuterDisposeScope();
    }

    private Tensor Attend(Tensor hidden, string name)
    {
        var (heads, shared) = (config.Heads, config.KeyValueHeads);
        var joined = Layers.Linear(hidden, parameters[name + "qkv_proj.weight"])
            .unflatten(2, heads + (2 * shared), config.HeadDim); // [batch, tokens, heads + 2·keyValueHeads, headDim]
        var rotated = _rotary.Rotate(joined.narrow(2, 0, heads + shared));
        var (query, key, value) = (rotated.narrow(2, 0, heads), rotated.narrow(2, heads, shared), joined.narrow(2, heads + shared, shared));
        var context = nn.functional.scaled_dot_product_attention(
            query.transpose(1, 2), Repeat(key).transpose(1, 2), Repeat(value).transpose(1, 2), is_casual: true); // [batch, heads, tokens, headDim]
        return Layers.Linear(context.transpose(1, 2).flatten(2), parameters[name + "o_proj.weight"]); // [batch, tokens, hidden]

        Tensor Repeat(Tensor vectors) => shared == heads ? vectors : vectors.repeat_interleave(heads / shared, 2);
    }

    private Tensor Norm(Tensor hidden, string name) => Layers.RmsNorm(hidden, parameters[name + ".weight"], config.RmsNormEpsilon);

    public void Dispose() => _rotary.Dispose();
}
