using GPT4RoI.Cli.Verify;
using GPT4RoI.Model;

namespace GPT4RoI.Cli.Bench.Engine;

/// <summary>Made-up weights of a language model of any size: what they are does not matter to its speed.</summary>
internal static class SyntheticWeights
{
    /// <summary>Name of the projector's tensors, without <c>.weight</c>.</summary>
    public const string Projector = "model.mm_projector";

    /// <summary>Uniform in ±sqrt(3 / inputs), so that activations keep their size; norms are 1.</summary>
    public static IEnumerable<FormulaWeights.Entry> For(LlamaConfig config, int visionChannels)
    {
        var (hidden, inner, keyValue) = (config.HiddenSize, config.IntermediateSize, config.KeyValueHeads * config.HeadDim);
        var entries = new List<FormulaWeights.Entry>
        {
            Matrix("model.embed_tokens.weight", config.VocabularySize, hidden),
            Matrix("lm_head.weight", config.VocabularySize, hidden),
            Vector("model.norm.weight", hidden, 1),
            Matrix(Projector + ".weight", hidden, visionChannels),
            Vector(Projector + ".bias", hidden, 0),
        };
        for (var layer = 0; layer < config.Layers; layer++)
        {
            var prefix = $"model.layers.{layer}.";
            entries.AddRange(
            [
                Vector(prefix + "input_layernorm.weight", hidden, 1),
                Vector(prefix + "post_attention_layernorm.weight", hidden, 1),
                Matrix(prefix + "self_attn.q_proj.weight", hidden, hidden),
                Matrix(prefix + "self_attn.k_proj.weight", keyValue, hidden),
                Matrix(prefix + "self_attn.v_proj.weight", keyValue, hidden),
                Matrix(prefix + "self_attn.o_proj.weight", hidden, hidden),
                Matrix(prefix + "mlp.gate_proj.weight", inner, hidden),
                Matrix(prefix + "mlp.up_proj.weight", inner, hidden),
                Matrix(prefix + "mlp.down_proj.weight", hidden, inner),
            ]);
        }
        return entries.Select((entry, index) => entry with { Seed = (uint)index });
    }

    private static FormulaWeights.Entry Matrix(string name, long rows, long columns) => Entry(name, [rows, columns], MathF.Sqrt(3f / columns), 0);

    private static FormulaWeights.Entry Vector(string name, long size, float value) => Entry(name, [size], 0, value);

    private static FormulaWeights.Entry Entry(string name, long[] shape, float scale, float start) =>
        new(name, shape, 0, scale, start, [], 0);
}
