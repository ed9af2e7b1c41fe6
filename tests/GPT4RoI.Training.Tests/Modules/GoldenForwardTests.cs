using GPT4RoI.Training.Modules;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Tests.Modules;

/// <summary>The differentiable forward against numbers from the authors' own code.</summary>
public sealed class GoldenForwardTests(TinyModel tiny) : IClassFixture<TinyModel>
{
    [Fact]
    public void Vision_GoldenImages_GiveTheAuthorsLevels()
    {
        using var scope = NewDisposeScope();
        string[] images = ["cat_451x300", "rocket_640x179"];

        var levels = tiny.Model.Vision.Forward(stack([.. images.Select(image => GoldenFiles.Read("preprocess", image + ".image"))]));

        Assert.Equal(4, levels.Length);
        foreach (var (index, image) in images.Index())
        {
            for (var level = 0; level < levels.Length; level++)
            {
                TensorAssert.Close(GoldenFiles.Read("clip_" + image, $"level{level}"), levels[level].narrow(0, index, 1), 2e-4, $"{image} level {level}");
            }
        }
    }

    [Fact]
    public void Pyramid_GoldenLevels_GiveTheAuthorsMaps()
    {
        using var scope = NewDisposeScope();

        var maps = tiny.Model.Pyramid.Forward(Levels("cat_451x300"));

        for (var level = 0; level < maps.Length; level++)
        {
            TensorAssert.Close(GoldenFiles.Read("spi_cat_451x300_one", $"mlvl_fuse.{level}"), maps[level], 2e-4, $"map {level}");
        }
    }

    [Theory]
    [InlineData("five")]
    [InlineData("degenerate")]
    public void Regions_GoldenBoxes_GiveTheAuthorsVectors(string boxes)
    {
        using var scope = NewDisposeScope();
        var file = "spi_cat_451x300_" + boxes;
        var regions = RegionBatch.Create(tiny.Config, [TinyModel.Boxes(GoldenFiles.Read(file, "boxes_norm"))]);

        var vectors = tiny.Model.Regions.Forward(tiny.Model.Pyramid.Forward(Levels("cat_451x300")), regions);

        TensorAssert.Close(GoldenFiles.Read(file, "region_features"), vectors, 2e-4);
    }

    [Fact]
    public void Regions_GoldenBatchOfUnequalCounts_GivesTheAuthorsVectors()
    {
        using var scope = NewDisposeScope();
        var levels = Levels("cat_451x300").Zip(Levels("astronaut_213x320"), (first, second) => cat([first, second])).ToArray();
        var regions = RegionBatch.Create(tiny.Config, [.. Enumerable.Range(0, 2).Select(image => TinyModel.Boxes(GoldenFiles.Read("spi_batch2", $"boxes_norm.{image}")))]);

        var vectors = tiny.Model.Regions.Forward(tiny.Model.Pyramid.Forward(levels), regions);

        TensorAssert.Close(cat([GoldenFiles.Read("spi_batch2", "region_features.0"), GoldenFiles.Read("spi_batch2", "region_features.1")]), vectors, 2e-4);
    }

    [Fact]
    public void Logits_GoldenPromptsPaddedTogether_GiveTheAuthors()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var batch = tiny.Prompts(("single", "cat_451x300"), ("portrait", "astronaut_213x320"));
        var length = (int)GoldenFiles.Read("prompts", "single.t0.inputs_embeds").shape[0];
        var other = (int)GoldenFiles.Read("prompts", "portrait.t0.inputs_embeds").shape[0];

        var embeddings = tiny.Model.Embed(batch);
        var logits = tiny.Model.Logits(batch);

        Assert.NotEqual(length, other);
        TensorAssert.Close(GoldenFiles.Read("prompts", "single.t0.inputs_embeds"), embeddings[0].narrow(0, 0, length), 2e-4, "embeddings");
        TensorAssert.Close(GoldenFiles.Read("prompts", "portrait.t0.inputs_embeds"), embeddings[1].narrow(0, 0, other), 2e-4, "embeddings");
        TensorAssert.Close(GoldenFiles.Read("prompts", "single.t0.logits_all"), logits[0].narrow(0, 0, length), 2e-3, "logits");
        TensorAssert.Close(GoldenFiles.Read("prompts", "portrait.t0.logits_last"), logits[1][other - 1], 2e-3, "last logits");
    }

    private static Tensor[] Levels(string image) => [.. Enumerable.Range(0, 4).Select(level => GoldenFiles.Read("clip_" + image, $"level{level}"))];
}
