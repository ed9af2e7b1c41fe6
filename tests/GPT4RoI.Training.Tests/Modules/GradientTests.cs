using GPT4RoI.Model;
using GPT4RoI.Model.Regions;
using GPT4RoI.Training.Instructions;
using GPT4RoI.Training.Modules;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Tests.Modules;

/// <summary>Gradients against differences of the loss itself.</summary>
public sealed class GradientTests
{
    public static TheoryData<string> Parameters =>
    [
        "vision_model.embeddings.patch_embedding.weight", "vision_model.embeddings.class_embedding", "vision_model.encoder.layers.3.self_attn.qkv_proj.weight",
        "vision_model.encoder.layers.8.mlp.fc1.bias", "vision_model.pre_layrnorm.weight", "model.spi_module.mlvl_fuse.input_conv.0.weight",
        "model.spi_module.mlvl_fuse.fuse_convs.1.conv.weight", "model.spi_module.mlvl_fuse.fuse_convs.0.gn.bias", "model.spi_module.roi_align.pconvs.2.weight",
        "model.spi_module.roi_align.pos_embedd.0.weight", "model.spi_module.roi_align.flatten_linear.weight", "model.spi_module.roi_align.updims.bias",
        "model.mm_projector.weight", "model.embed_tokens.weight", "model.layers.0.self_attn.qkv_proj.weight", "model.layers.1.mlp.gate_up_proj.weight",
        "model.layers.0.input_layernorm.weight", "model.norm.weight", "lm_head.weight",
    ];

    [Theory]
    [MemberData(nameof(Parameters))]
    public void Loss_OfEachPart_HasTheSlopeItsGradientSays(string name) => AssertSlope(SmallModel.Config, name);

    internal static void AssertSlope(Gpt4RoiConfig config, string name)
    {
        using var scope = NewDisposeScope();
        using var parameters = Perturbed(config);
        using var model = new TrainableModel(config, parameters, ComputeOptions.Plain);
        var batch = SmallModel.Batch(seed: 5);
        var parameter = parameters[name].requires_grad_(true);
        model.Loss(batch).backward();
        var gradient = parameter.grad!.clone();
        Assert.True(gradient.norm().item<float>() > 1e-6, "the parameter has no part in the loss");

        // Along the gradient itself the slope is the gradient's norm.
        var direction = gradient / gradient.norm();
        using var noGrad = no_grad();
        // A change of the loss well above float32's rounding, by a step that is small beside the parameter.
        var step = Math.Min(2e-3 / gradient.norm().item<float>(), 0.02 * Math.Max(1e-2, Math.Min(1, parameter.norm().item<float>())));
        var (forward, backward) = (LossAt(step), LossAt(-step));
        var slope = (forward - backward) / (2 * step);

        Assert.Equal(1, slope / gradient.norm().item<float>(), 0.03);

        double LossAt(double distance)
        {
            var kept = parameter.clone();
            parameter.add_(direction, distance);
            var loss = model.Loss(batch).item<float>();
            parameter.copy_(kept);
            return loss;
        }
    }

    [Fact]
    public void Loss_WithGradientCheckpointing_HasTheSameGradients()
    {
        using var scope = NewDisposeScope();
        var (plain, recomputed) = (Gradients(ComputeOptions.Plain), Gradients(ComputeOptions.Plain with { GradientCheckpointing = true }));

        Assert.Equal(plain.Loss, recomputed.Loss, 1e-4);
        Assert.All(plain.Gradients, pair => TensorAssert.Close(pair.Value, recomputed.Gradients[pair.Key], 1e-4, pair.Key));
    }

    [Fact]
    public void Loss_InBFloat16_StaysClose()
    {
        using var scope = NewDisposeScope();
        var (plain, half) = (Gradients(ComputeOptions.Plain), Gradients(ComputeOptions.Plain with { Dtype = ScalarType.BFloat16 }));

        Assert.Equal(1, half.Loss / plain.Loss, 0.01);
        const string Name = "model.layers.0.self_attn.qkv_proj.weight";
        Assert.Equal(ScalarType.Float32, half.Gradients[Name].dtype);
        var similarity = nn.functional.cosine_similarity(plain.Gradients[Name].flatten(), half.Gradients[Name].flatten(), 0).item<float>();
        Assert.InRange(similarity, 0.99, 1.01);
    }

    [Fact]
    public void Loss_SomeWithoutPicture_IsTheSumOfEachAlone()
    {
        var random = new Random(4);
        (EncodedSample, float[]?, IReadOnlyList<BoundingBox>)[] samples = [SmallModel.Words(random), SmallModel.Sample(random, 2), SmallModel.Words(random), SmallModel.Sample(random, 1)];
        using var parameters = Perturbed(SmallModel.Config);
        using var model = new TrainableModel(SmallModel.Config, parameters, ComputeOptions.Plain);

        var alone = samples.Select(sample => Loss(sample)).ToArray();

        Assert.Equal(alone.Sum(), Loss(samples), 1e-3f);
        Assert.Equal(alone[0] + alone[2], Loss(samples[0], samples[2]), 1e-3f);

        float Loss(params (EncodedSample, float[]?, IReadOnlyList<BoundingBox>)[] some)
        {
            using var loss = model.Loss(InstructionBatch.Create(SmallModel.Config, some));
            return loss.item<float>();
        }
    }

    private static (float Loss, Dictionary<string, Tensor> Gradients) Gradients(ComputeOptions options)
    {
        using var parameters = Perturbed(SmallModel.Config);
        using var model = new TrainableModel(SmallModel.Config, parameters, options);
        foreach (var spec in parameters.Specs)
        {
            parameters[spec.Name].requires_grad_(true);
        }
        var loss = model.Loss(SmallModel.Batch(seed: 6, size: 3));
        loss.backward();
        return (loss.item<float>(), parameters.Specs.ToDictionary(spec => spec.Name, spec => parameters[spec.Name].grad!.clone()));
    }

    // Biases and norms begin at 0 and 1, where some of what they do cannot be seen.
    private static ParameterSet Perturbed(Gpt4RoiConfig config)
    {
        var parameters = ParameterSet.Create(ModelCatalog.Specs(config), seed: 3, CPU);
        using var scope = NewDisposeScope();
        using var generator = new Generator(9);
        foreach (var spec in parameters.Specs)
        {
            parameters[spec.Name].add_(randn(spec.Shape, generator: generator), 0.1);
        }
        return parameters;
    }
}
