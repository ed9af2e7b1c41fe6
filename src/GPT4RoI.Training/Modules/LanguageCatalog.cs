using GPT4RoI.Model;

namespace GPT4RoI.Training.Modules;

/// <summary>LLaMA's tensors and the projector's.</summary>
internal static class LanguageCatalog
{
    public const string Embeddings = "model.embed_tokens.weight", Head = "lm_head.weight", Projector = "model.mm_projector";
    private const double Deviation = 0.02;

    public static IEnumerable<ParameterSpec> Specs(Gpt4RoiConfig config)
    {
        var (language, hidden) = (config.Language, (long)config.Language.HiddenSize);
        return
        [
            Spec(Embeddings, Deviation, language.VocabularySize, hidden),
            .. Enumerable.Range(0, language.Layers).SelectMany(layer => Layer(language, $"model.layers.{layer}.")),
            Norm("model.norm.weight", hidden),
            Spec(Head, Deviation, language.VocabularySize, hidden),
            new(Projector + ".weight", [hidden, config.Vision.HiddenSize], ParameterGroup.Projector, Initial.Uniform(config.Vision.HiddenSize)),
            new(Projector + ".bias", [hidden], ParameterGroup.Projector, Initial.Uniform(config.Vision.HiddenSize)),
        ];
    }

    private static IEnumerable<ParameterSpec> Layer(LlamaConfig language, string name)
    {
        long hidden = language.HiddenSize, keyValue = language.KeyValueHeads * language.HeadDim, intermediate = language.IntermediateSize;
        var outward = Deviation / Math.Sqrt(2.0 * language.Layers); // the residual sum starts as wide at any depth
        return
        [
            Norm(name + "input_layernorm.weight", hidden),
            Spec(name + "self_attn.qkv_proj.weight", Deviation, hidden + (2 * keyValue), hidden) with
            {
                Parts = [(Attention("q"), hidden), (Attention("k"), keyValue), (Attention("v"), keyValue)],
            },
            Spec(name + "self_attn.o_proj.weight", outward, hidden, hidden),
            Norm(name + "post_attention_layernorm.weight", hidden),
            Spec(name + "mlp.gate_up_proj.weight", Deviation, 2 * intermediate, hidden) with
            {
                Parts = [(name + "mlp.gate_proj.weight", intermediate), (name + "mlp.up_proj.weight", intermediate)],
            },
            Spec(name + "mlp.down_proj.weight", outward, hidden, intermediate),
        ];

        string Attention(string part) => $"{name}self_attn.{part}_proj.weight";
    }

    private static ParameterSpec Norm(string name, long width) => new(name, [width], ParameterGroup.Language, Initial.One);

    private static ParameterSpec Spec(string name, double deviation, params long[] shape) =>
        new(name, shape, ParameterGroup.Language, Initial.Normal(deviation));
}
