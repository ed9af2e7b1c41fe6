using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Tests;

public sealed class Gpt4RoiCheckpointTests : IDisposable
{
    private readonly CheckpointCopy _copy = new();

    public void Dispose() => _copy.Dispose();

    [Fact]
    public void LoadLanguageModel_FaultyTensors_ListsEachAndNothingElse()
    {
        _copy.Weights(
            (name, tensor) => name switch
            {
                "model.layers.1.mlp.up_proj.weight" => null,
                "lm_head.weight" => tensor.narrow(0, 0, 500),
                _ => tensor,
            },
            [("model.layers.9.mlp.up_proj.weight", ones(2)), ("model.vision.weight", ones(3))]);
        using var checkpoint = Gpt4RoiCheckpoint.Open(_copy.Root);

        var faults = Assert.Throws<WeightsException>(() => checkpoint.LoadLanguageModel(ModelPlacement.Cpu)).Faults;

        Assert.Equal(4, faults.Count);
        Assert.All(
            [
                "'model.layers.1.mlp.up_proj.weight': missing", "'lm_head.weight': has shape",
                "'model.layers.9.mlp.up_proj.weight': extra", "'model.vision.weight': extra",
            ],
            fault => Assert.Contains(faults, found => found.StartsWith(fault, StringComparison.Ordinal)));
    }

    [Fact]
    public void LoadRegionModule_FaultyTensors_ListsEachAndNothingElse()
    {
        _copy.Weights(
            (name, tensor) => name.EndsWith("fuse_convs.2.gn.bias", StringComparison.Ordinal) ? null : tensor,
            [("model.spi_module.roi_align.pconvs.4.bias", ones(64)), ("elsewhere", ones(1))]);
        using var checkpoint = Gpt4RoiCheckpoint.Open(_copy.Root);

        var faults = Assert.Throws<WeightsException>(() => checkpoint.LoadRegionModule(ModelPlacement.Cpu)).Faults;

        Assert.Equal(2, faults.Count);
        checkpoint.LoadProjector(ModelPlacement.Cpu).Dispose();
    }

    [Fact]
    public void LoadVisionTower_FullClipCheckpoint_TakesOnlyTheTower()
    {
        _copy
            .Config(json =>
            {
                var vision = json.DeepClone();
                json.Clear();
                json["vision_config"] = vision;
                json["hidden_size"] = 999;
            }, "clip")
            .Weights(
                (_, tensor) => tensor,
                [("logit_scale", ones([])), ("text_model.encoder.weight", ones(3)), ("visual_projection.weight", ones(2, 2))], "clip");
        using var checkpoint = Gpt4RoiCheckpoint.Open(_copy.Root);
        using var tower = checkpoint.LoadVisionTower(ModelPlacement.Cpu);
        using var golden = new GoldenTensors("clip_cat_451x300");
        using var pixels = new GoldenTensors("preprocess");
        using var scope = NewDisposeScope();

        TensorAssert.Close(golden["level3"], tower.Forward(pixels["cat_451x300.image"].unsqueeze(0))[3], 2e-4);
    }

    [Fact]
    public void LoadVisionTower_UnknownTensorInTheTower_IsListed()
    {
        _copy.Weights((_, tensor) => tensor, [("vision_model.encoder.layers.3.adapter.weight", ones(3))], "clip");
        using var checkpoint = Gpt4RoiCheckpoint.Open(_copy.Root);

        Assert.Single(Assert.Throws<WeightsException>(() => checkpoint.LoadVisionTower(ModelPlacement.Cpu)).Faults);
    }

    [Fact]
    public void Fingerprint_OtherWeights_IsAnother()
    {
        using var original = Gpt4RoiCheckpoint.Open(Golden.File("tiny"));
        _copy.Weights((name, tensor) => name == "vision_model.pre_layrnorm.bias" ? tensor + 1 : tensor, folder: "clip");
        using var changed = Gpt4RoiCheckpoint.Open(_copy.Root);

        Assert.NotEqual(original.Fingerprint, changed.Fingerprint);
    }
}
