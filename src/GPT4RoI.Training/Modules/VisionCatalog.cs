using GPT4RoI.Model;
using GPT4RoI.Model.Vision;

namespace GPT4RoI.Training.Modules;

/// <summary>
/// The CLIP tower's tensors up to the deepest level used; initial values as Hugging Face's <c>CLIPVisionModel</c> draws them, but for the positions, which
/// are <see cref="PositionWaves"/>.
/// </summary>
internal static class VisionCatalog
{
    public const string Prefix = "vision_model.";
    private const double Deviation = 0.02;

    public static IEnumerable<ParameterSpec> Specs(Gpt4RoiConfig config)
    {
        var (vision, width) = (config.Vision, (long)config.Vision.HiddenSize);
        var layers = ClipLevels.Indices(vision, config.Regions.Levels)[^1];
        yield return Spec("embeddings.class_embedding", Initial.Normal(1 / Math.Sqrt(width)), width);
        yield return Spec("embeddings.patch_embedding.weight", Initial.Normal(Deviation), width, 3, vision.PatchSize, vision.PatchSize);
        // As wide as the embedding of a patch of normalised pixels, so that neither drowns the other.
        var positions = PositionWaves.Table(vision.Grid, vision.HiddenSize, Deviation * Math.Sqrt(3) * vision.PatchSize);
        yield return Spec("embeddings.position_embedding.weight", Initial.Exactly(positions), vision.Patches + 1, width);
        foreach (var spec in Norm("pre_layrnorm", width))
        {
            yield return spec;
        }
        for (var layer = 0; layer < layers; layer++)
        {
            foreach (var spec in Layer($"encoder.layers.{layer}.", width, vision.IntermediateSize, layers))
            {
                yield return spec;
            }
        }
    }

    private static IEnumerable<ParameterSpec> Layer(string name, long width, long intermediate, int layers)
    {
        // Deeper residual sums start as wide as shallow ones.
        var (inward, outward) = (1 / Math.Sqrt(width), 1 / Math.Sqrt(width * 2.0 * layers));
        string[] projections = ["q_proj", "k_proj", "v_proj"];
        return
        [
            .. Norm(name + "layer_norm1", width),
            Joined("weight", Initial.Normal(inward), 3 * width, width),
            Joined("bias", Initial.Zero, 3 * width),
            Spec(name + "self_attn.out_proj.weight", Initial.Normal(outward), width, width),
            Spec(name + "self_attn.out_proj.bias", Initial.Zero, width),
            .. Norm(name + "layer_norm2", width),
            Spec(name + "mlp.fc1.weight", Initial.Normal(1 / Math.Sqrt(2.0 * width)), intermediate, width),
            Spec(name + "mlp.fc1.bias", Initial.Zero, intermediate),
            Spec(name + "mlp.fc2.weight", Initial.Normal(outward), width, intermediate),
            Spec(name + "mlp.fc2.bias", Initial.Zero, width),
        ];

        ParameterSpec Joined(string kind, Initial initial, params long[] shape) => Spec($"{name}self_attn.qkv_proj.{kind}", initial, shape) with
        {
            Parts = [.. projections.Select(part => ($"{Prefix}{name}self_attn.{part}.{kind}", width))],
        };
    }

    private static ParameterSpec[] Norm(string name, long width) => [Spec(name + ".weight", Initial.One, width), Spec(name + ".bias", Initial.Zero, width)];

    private static ParameterSpec Spec(string name, Initial initial, params long[] shape) => new(Prefix + name, shape, ParameterGroup.Vision, initial);
}
