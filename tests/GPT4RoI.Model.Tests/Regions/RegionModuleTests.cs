using GPT4RoI.Model.Native;
using GPT4RoI.Model.Regions;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Tests.Regions;

public sealed class RegionModuleTests(TinyCheckpoint tiny) : IClassFixture<TinyCheckpoint>
{
    private static readonly Dictionary<string, double> Tolerances = new()
    {
        ["input_conv"] = 2e-4,
        ["mlvl_fuse"] = 2e-4,
        ["roi_align"] = 2e-4,
        ["pconv"] = 3e-4,
        ["pos_embedd"] = 2e-5,
        ["flatten_linear"] = 3e-4,
    };

    [Theory]
    [InlineData("cat_451x300", "one", 8)]
    [InlineData("cat_451x300", "two", 10)]
    [InlineData("cat_451x300", "five", 6)]
    [InlineData("cat_451x300", "degenerate", 6)]
    [InlineData("astronaut_213x320", "one", 10)]
    [InlineData("astronaut_213x320", "two", 6)]
    [InlineData("astronaut_213x320", "five", 6)]
    [InlineData("coffee_160x107", "one", 10)]
    [InlineData("coffee_160x107", "two", 6)]
    [InlineData("rocket_640x179", "one", 10)]
    [InlineData("rocket_640x179", "two", 6)]
    public void Extract_GoldenCase_GivesTheAuthorsVectorsAtEveryStage(string image, string boxes, int atLeast)
    {
        using var scope = NewDisposeScope();
        using var expected = new GoldenTensors($"spi_{image}_{boxes}");
        var compared = 0;

        var maps = tiny.Regions.Fuse(Levels(image), Compare);
        var vectors = tiny.Regions.Extract(maps, [Boxes(expected["boxes_norm"])], Compare);

        TensorAssert.Close(expected["region_features"], vectors, 2e-4, "region_features");
        Assert.True(compared >= atLeast, $"{compared} stages were compared.");

        void Compare(string name, Tensor value)
        {
            var stage = name.Split('.')[0];
            var sampled = name.Replace(stage, stage + "_sub", StringComparison.Ordinal);
            if (expected.Has(name) || expected.Has(sampled))
            {
                var wanted = expected[expected.Has(name) ? name : sampled];
                TensorAssert.Close(wanted, expected.Has(name) ? value : Sample(value, wanted.shape), Tolerances[stage], name);
                compared++;
            }
        }
    }

    [Fact]
    public void Extract_GoldenMaps_PoolsAsTheAuthorsDo()
    {
        using var scope = NewDisposeScope();
        using var golden = new GoldenTensors("spi_cat_451x300_one");
        var maps = Enumerable.Range(0, 4).Select(level => golden[$"mlvl_fuse.{level}"]).ToArray();
        var pooled = 0;

        tiny.Regions.Extract(maps, [Boxes(golden["boxes_norm"])], (name, value) =>
        {
            if (name.StartsWith("roi_align.", StringComparison.Ordinal))
            {
                var expected = golden[name.Replace("roi_align", "roi_align_sub", StringComparison.Ordinal)];
                TensorAssert.Close(expected, Sample(value, expected.shape), 1e-5, name);
                pooled++;
            }
        });

        Assert.Equal(4, pooled);
    }

    [Fact]
    public void Extract_GoldenBatchOfTwoImages_GivesTheAuthorsVectors()
    {
        using var scope = NewDisposeScope();
        using var expected = new GoldenTensors("spi_batch2");
        var levels = Levels("cat_451x300").Zip(Levels("astronaut_213x320"), (first, second) => cat([first, second])).ToArray();
        var boxes = new[] { Boxes(expected["boxes_norm.0"]), Boxes(expected["boxes_norm.1"]) };

        var vectors = tiny.Regions.Extract(tiny.Regions.Fuse(levels), boxes);

        TensorAssert.Close(cat([expected["region_features.0"], expected["region_features.1"]]), vectors, 2e-4);
    }

    [Fact]
    public void Extract_ImagesFusedApart_GiveWhatABatchGives()
    {
        using var scope = NewDisposeScope();
        using var expected = new GoldenTensors("spi_batch2");
        var images = new[] { "cat_451x300", "astronaut_213x320" }
            .Select((image, index) => new ImageRegions(tiny.Regions.Fuse(Levels(image)), Boxes(expected[$"boxes_norm.{index}"]))).ToArray();

        var vectors = tiny.Regions.Extract([images[0], images[0] with { Boxes = [] }, images[1]]);

        TensorAssert.Close(cat([expected["region_features.0"], expected["region_features.1"]]), vectors, 2e-4);
    }

    [Fact]
    public void Extract_NoBoxes_GivesNoVectors()
    {
        using var scope = NewDisposeScope();
        var maps = tiny.Regions.Fuse(Levels("cat_451x300"));

        Assert.Equal([0, 128], tiny.Regions.Extract(maps, [[]]).shape);
        Assert.Equal([0, 128], tiny.Regions.Extract([new ImageRegions(maps, [])]).shape);
    }

    [Theory]
    [InlineData(0.5f, 0.1f, 0.4f, 0.2f)]
    [InlineData(0.1f, 0.5f, 0.2f, 0.4f)]
    [InlineData(float.NaN, 0.5f, 0.6f, 0.6f)]
    [InlineData(0.1f, float.NegativeInfinity, 0.6f, 0.6f)]
    public void Extract_SenselessBox_IsRefused(float x1, float y1, float x2, float y2)
    {
        using var scope = NewDisposeScope();
        var maps = tiny.Regions.Fuse(Levels("cat_451x300"));

        Assert.Throws<ArgumentException>(() => tiny.Regions.Extract(maps, [[new BoundingBox(x1, y1, x2, y2)]]));
    }

    [Fact]
    public void Fuse_MissingLevel_IsRefused()
    {
        using var scope = NewDisposeScope();

        Assert.Throws<ArgumentException>(() => tiny.Regions.Fuse(Levels("cat_451x300")[..3]));
    }

    private static Tensor[] Levels(string image)
    {
        using var file = new GoldenTensors("clip_" + image);
        return [.. Enumerable.Range(0, 4).Select(level => file[$"level{level}"])];
    }

    private static BoundingBox[] Boxes(Tensor boxes) =>
        [.. boxes.ToArray<float>(ScalarType.Float32).Chunk(4).Select(box => new BoundingBox(box[0], box[1], box[2], box[3]))];

    // The fixtures keep every n-th channel and position of large tensors.
    private static Tensor Sample(Tensor value, long[] shape)
    {
        for (var axis = 1; axis < shape.Length; axis++)
        {
            var step = value.shape[axis] / shape[axis];
            value = value.index_select(axis, arange(0, value.shape[axis], step, ScalarType.Int64));
        }
        return value;
    }
}
