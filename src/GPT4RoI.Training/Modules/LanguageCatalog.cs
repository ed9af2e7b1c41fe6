using GPT4RoI.Model;

namespace GPT4RoI.Training.Modules;

/// <summary>LLaMA's tensors and the projector's.</summary>
internal static class LanguageCatalog
{
    public const string Embeddings = "model.embed_tokens.weight", Head = "lm_head.weight", Projector = "model.mm_projector";
    // Words start as wide as the region vectors they stand among (see DenseHeads): a norm weighs what attention adds to a token against the token itself,
    // and what it adds to one that is many times wider is lost.
    private const double WordDeviation = 1;
    private const double HeadDeviation = 0.02;
    private const double ProjectorDeviation = 0.02; // a ViT's patches are wide

    public static IEnumerable<ParameterSpec> Specs(Gpt4RoiConfig config)
    {
        var (language, hidden) = (config.Language, (long)config.Language.HiddenSize);
        return
        [
            Spec(Embeddings, WordDeviation, language.VocabularySize, hidden),
            .. Enumerable.Range(0, language.Layers).SelectMany(layer => Layer(language, $"model.layers.{layer}.")),
            Norm("model.norm.weight", hidden),
            Spec(Head, HeadDeviation, language.VocabularySize, hidden),
            new(Projector + ".weight", [hidden, config.Vision.HiddenSize], ParameterGroup.Projector, Initial.Normal(ProjectorDeviation)),
            new(Projector + ".bias", [hidden], ParameterGroup.Projector, Initial.Zero),
        ];
    }

    private static IEnumerable<ParameterSpec> Layer(LlamaConfig language, string name)
    {
        long hidden = language.HiddenSize, keyValue = language.KeyValueHeads * language.HeadDim, intermediate = language.IntermediateSize;
        var depth = 2.0 * language.Layers; // sums over the layers start as wide as one output
        return
        [
            Norm(name + "input_layernorm.weight", hidden),
            Spec(name + "self_attn.qkv_proj.weight", Scaled(hidden), hidden + (2 * keyValue), hidden) with
            {
                Parts = [(Attention("q"), hidden), (Attention("k"), keyValue), (Attention("v"), keyValue)],
            },
            Spec(name + "self_attn.o_proj.weight", Scaled(hidden * depth), hidden, hidden),
            Norm(name + "post_attention_layernorm.weight", hidden),
            Spec(name + "mlp.gate_up_proj.weight", Scaled(hidden), 2 * intermediate, hidden) with
            {
                Parts = [(name + "mlp.gate_proj.weight", intermediate), (name + "mlp.up_proj.weight", intermediate)],
            },
            Spec(name + "mlp.down_proj.weight", Scaled(intermediate * depth), hidden, intermediate),
        ];

        double Scaled(double inputs) => 1 / Math.Sqrt(inputs);

        string Attention(string part) => $"{name}self_attn.{part}_proj.weight";
    }

    private static ParameterSpec Norm(string name, long width) => new(name, [width], ParameterGroup.Language, Initial.One);

    private static ParameterSpec Spec(string name, double deviation, params long[] shape) =>
        new(name, shape, ParameterGroup.Language, Initial.Normal(deviation));
}
