using GPT4RoI.Model;
using GPT4RoI.Model.Native;
using GPT4RoI.Model.Vision;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Modules;

/// <summary>The CLIP ViT up to its deepest level (Hugging Face <c>CLIPVisionModel</c>), differentiable.</summary>
internal sealed class VisionTrunk(ParameterSet parameters, Gpt4RoiConfig config, ComputeOptions options)
{
    private const double QuickGelu = 1.702;

    private readonly ClipVisionConfig _config = config.Vision;
    private readonly int[] _levels = ClipLevels.Indices(config.Vision, config.Regions.Levels);

    /// <summary>Pixels [batch, 3, side, side] float32 to levels, shallow to deep, each [batch, patches, channels]; the caller disposes them.</summary>
    public Tensor[] Forward(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        var hidden = Layers.Norm(Embed(pixels.to(options.Dtype)), parameters, VisionCatalog.Prefix + "pre_layrnorm", _config.LayerNormEpsilon);
        var levels = new List<Tensor>();
        for (var state = 0; state <= _levels[^1]; state++)
        {
            if (state > 0)
            {
                var layer = state - 1;
                hidden = Recomputed.Run(options.GradientCheckpointing, input => Layer(input, layer), hidden);
            }
            if (_levels.Contains(state))
            {
                levels.Add(hidden.narrow(1, 1, _config.Patches).MoveToOuterDisposeScope()); // [batch, patches, channels]
            }
        }
        return [.. levels];
    }

    private Tensor Embed(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        var (batch, grid, patch) = (pixels.shape[0], _config.Grid, _config.PatchSize);
        // A convolution whose kernels do not overlap is a product of flattened patches.
        var patches = pixels.view(batch, 3, grid, patch, grid, patch).permute(0, 2, 4, 1, 3, 5).flatten(3).flatten(1, 2); // [batch, patches, 3·patch²]
        var embedded = Layers.Linear(patches, Parameter("embeddings.patch_embedding.weight").flatten(1)); // [batch, patches, channels]
        var first = Parameter("embeddings.class_embedding").to(options.Dtype).expand(batch, 1, -1); // [batch, 1, channels]
        return cat([first, embedded], 1).Plus(Parameter("embeddings.position_embedding.weight").to(options.Dtype)).MoveToOuterDisposeScope();
    }

    private Tensor Layer(Tensor hidden, int layer)
    {
        using var scope = NewDisposeScope();
        var name = $"{VisionCatalog.Prefix}encoder.layers.{layer}.";
        var joined = Layers.Linear(Layers.Norm(hidden, parameters, name + "layer_norm1", _config.LayerNormEpsilon), parameters, name + "self_attn.qkv_proj");
        var parts = joined.unflatten(2, 3, _config.Heads, -1).permute(2, 0, 3, 1, 4).unbind(0); // 3 × [batch, heads, tokens, headDim]
        var context = nn.functional.scaled_dot_product_attention(parts[0], parts[1], parts[2])
            .transpose(1, 2).flatten(2); // [batch, tokens, channels]
        var attended = hidden.Plus(Layers.Linear(context, parameters, name + "self_attn.out_proj"));
        // x·sigmoid(1.702·x) is silu(1.702·x)/1.702: with the factors in the weights, the widest tensor is written once instead of three times.
        var expanded = Layers.Linear(
            Layers.Norm(attended, parameters, name + "layer_norm2", _config.LayerNormEpsilon),
            parameters[name + "mlp.fc1.weight"].Times(QuickGelu), parameters[name + "mlp.fc1.bias"].Times(QuickGelu));
        var activated = nn.functional.silu(expanded); // [batch, tokens, intermediate]
        var contracted = Layers.Linear(activated, parameters[name + "mlp.fc2.weight"].Over(QuickGelu), parameters[name + "mlp.fc2.bias"]);
        return attended.Plus(contracted).MoveToOuterDisposeScope();
    }

    private Tensor Parameter(string name) => parameters[VisionCatalog.Prefix + name];
}
