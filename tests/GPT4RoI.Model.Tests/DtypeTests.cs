using GPT4RoI.Model.Language;
using GPT4RoI.Model.Regions;
using GPT4RoI.Model.Tests.Language;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Tests;

/// <summary>Other dtypes than float32 go through torch operations only: a second implementation of the whole model, close to the same goldens.</summary>
public sealed class DtypeTests : IDisposable
{
    private readonly Gpt4RoiCheckpoint _checkpoint = Gpt4RoiCheckpoint.Open(Golden.File("tiny"));

    public void Dispose() => _checkpoint.Dispose();

    // The tolerance is the share of the golden values' rms by which ours may differ, in rms.
    [Theory]
    [InlineData(ScalarType.Float64, 1e-5)]
    [InlineData(ScalarType.Float16, 5e-3)]
    [InlineData(ScalarType.BFloat16, 4e-2)]
    public void Language_OtherDtype_StaysCloseToTheAuthors(ScalarType dtype, double tolerance)
    {
        var placement = new ModelPlacement(CPU, dtype);
        using var model = _checkpoint.LoadLanguageModel(placement);
        using var cache = new KvCache(_checkpoint.Config.Language, 60, 7, placement);
        using var golden = new GoldenTensors("prompts");
        using var scope = NewDisposeScope();
        var sequences = new PagedSequences(60, 7, seed: 2);
        var sequence = sequences.Add();
        var embeddings = golden["single.t0.inputs_embeds"].to(dtype);

        var hidden = cat([.. embeddings.split(200).Select(part => model.Forward(part, sequences.Next((sequence, (int)part.shape[0])), cache))]);
        var logits = model.Logits(hidden);

        Assert.Equal((dtype, ScalarType.Float32), (hidden.dtype, logits.dtype));
        AssertClose(golden["single.t0.logits_all"], logits, tolerance);
    }

    [Theory]
    [InlineData(ScalarType.Float64, 1e-5)]
    [InlineData(ScalarType.Float16, 5e-3)]
    [InlineData(ScalarType.BFloat16, 4e-2)]
    public void Vision_OtherDtype_StaysCloseToTheAuthors(ScalarType dtype, double tolerance)
    {
        var placement = new ModelPlacement(CPU, dtype);
        using var vision = _checkpoint.LoadVisionTower(placement);
        using var projector = _checkpoint.LoadProjector(placement);
        using GoldenTensors pixels = new("preprocess"), expected = new("clip_cat_451x300");
        using var scope = NewDisposeScope();

        var levels = vision.Forward(pixels["cat_451x300.image"].unsqueeze(0));

        Assert.Equal(dtype, levels[0].dtype);
        AssertClose(expected["level0"], levels[0], tolerance);
        AssertClose(expected["image_features"], projector.Forward(levels[^1]), tolerance);
    }

    [Fact]
    public void Regions_Float64_StayCloseToTheAuthors()
    {
        var placement = new ModelPlacement(CPU, ScalarType.Float64);
        using var vision = _checkpoint.LoadVisionTower(placement);
        using var regions = _checkpoint.LoadRegionModule(placement);
        using GoldenTensors pixels = new("preprocess"), expected = new("spi_cat_451x300_two");
        using var scope = NewDisposeScope();
        var boxes = expected["boxes_norm"];

        var vectors = regions.Extract(regions.Fuse(vision.Forward(pixels["cat_451x300.image"].unsqueeze(0))), [[Box(boxes[0]), Box(boxes[1])]]);

        Assert.Equal(ScalarType.Float64, vectors.dtype);
        AssertClose(expected["region_features"], vectors, 1e-5);
    }

    // Of a picture of 4 by 4 patches: convolutions in these dtypes can be so slow on a CPU that the goldens' pictures take minutes.
    [Theory]
    [InlineData(ScalarType.Float16, 5e-3)]
    [InlineData(ScalarType.BFloat16, 4e-2)]
    public void Regions_HalfPrecision_StayCloseToFloat64(ScalarType dtype, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3, CPU);
        var config = _checkpoint.Config.Regions;
        var levels = Enumerable.Range(0, config.Levels).Select(_ => randn([1, 16, config.InputChannels], generator: generator)).ToArray();

        var vectors = Vectors(dtype);

        Assert.Equal(dtype, vectors.dtype);
        AssertClose(Vectors(ScalarType.Float64), vectors, tolerance);

        Tensor Vectors(ScalarType precision)
        {
            using var regions = _checkpoint.LoadRegionModule(new ModelPlacement(CPU, precision));
            return regions.Extract(regions.Fuse([.. levels.Select(level => level.to(precision))]), [[new(0.1f, 0.2f, 0.6f, 0.9f), new(0, 0, 1, 1)]]);
        }
    }

    private static BoundingBox Box(Tensor box) => new(box[0].item<float>(), box[1].item<float>(), box[2].item<float>(), box[3].item<float>());

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        var difference = (actual.to(ScalarType.Float64) - expected.to(ScalarType.Float64)).square().mean().sqrt();
        var share = (difference / expected.to(ScalarType.Float64).square().mean().sqrt()).item<double>();
        Assert.True(share <= tolerance, $"rms error {share:g3} of the expected rms, at most {tolerance:g3}");
    }
}
