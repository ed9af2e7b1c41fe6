using GPT4RoI.Engine.Requests;
using GPT4RoI.Engine.Vision;
using GPT4RoI.Model.Regions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace GPT4RoI.Engine.Tests.Vision;

public sealed class RegionEncoderTests(TinyVision vision) : IClassFixture<TinyVision>
{
    private const float Tolerance = 2e-4f;
    private const string Cat = "cat_451x300", Astronaut = "astronaut_213x320";

    private static readonly (string Image, string Case)[] Recorded =
    [
        (Cat, "one"), (Cat, "two"), (Cat, "five"), (Cat, "degenerate"), (Astronaut, "one"), (Astronaut, "two"), (Astronaut, "five"),
        ("coffee_160x107", "one"), ("coffee_160x107", "two"), ("rocket_640x179", "one"), ("rocket_640x179", "two"),
    ];

    private int _reads;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EncodeAsync_ManyImagesAndRequestsInOneBatch_GivesTheAuthorsVectors()
    {
        // The clock stands still: nothing is computed before all of them are there.
        using var encoder = Encoder(new() { MaxImagesPerBatch = Recorded.Length }, new FakeTimeProvider());

        var outcomes = await Task.WhenAll(Recorded.Select(
            recorded => EncodeAsync(encoder, recorded.Image, TinyVision.Boxes($"spi_{recorded.Image}_{recorded.Case}"))));

        foreach (var (recorded, outcome) in Recorded.Zip(outcomes))
        {
            AssertRecorded(GoldenFiles.ReadCase($"spi_{recorded.Image}_{recorded.Case}", "region_features"), outcome);
        }
    }

    [Fact]
    public async Task EncodeAsync_BatchOfTwoImages_GivesTheAuthorsVectorsOfThatBatch()
    {
        using var encoder = Encoder(new() { MaxImagesPerBatch = 2 }, new FakeTimeProvider());

        var outcomes = await Task.WhenAll(
            EncodeAsync(encoder, Cat, TinyVision.Boxes("spi_batch2", "boxes_norm.0")),
            EncodeAsync(encoder, Astronaut, TinyVision.Boxes("spi_batch2", "boxes_norm.1")));

        AssertRecorded(GoldenFiles.ReadCase("spi_batch2", "region_features.0"), outcomes[0]);
        AssertRecorded(GoldenFiles.ReadCase("spi_batch2", "region_features.1"), outcomes[1]);
    }

    [Fact]
    public async Task EncodeAsync_MoreBoxesThanABatch_AreComputedInPartsAndKeepTheirOrder()
    {
        using var encoder = Encoder(new() { MaxRegionsPerBatch = 2 });

        var outcome = await EncodeAsync(encoder, Cat, TinyVision.Boxes($"spi_{Cat}_five"));

        AssertRecorded(GoldenFiles.ReadCase($"spi_{Cat}_five", "region_features"), outcome);
    }

    [Fact]
    public async Task EncodeAsync_PyramidHeld_ReadsNoFeatures()
    {
        using var encoder = Encoder(new());

        Assert.Empty((await EncodeAsync(encoder, Cat, [])).Value!);
        var outcome = await EncodeAsync(encoder, Cat, TinyVision.Boxes($"spi_{Cat}_two"));

        AssertRecorded(GoldenFiles.ReadCase($"spi_{Cat}_two", "region_features"), outcome);
        Assert.Equal(1, _reads);
    }

    [Theory]
    [InlineData(0, 3)] // nothing is kept: each of the three requests reads
    [InlineData(1, 3)] // one pyramid is kept: the other image evicts it
    [InlineData(2, 2)] // both are kept: the third request finds its pyramid
    public async Task EncodeAsync_PyramidEvicted_IsFusedAgainFromItsFeatures(int pyramidsKept, int expectedReads)
    {
        using var encoder = Encoder(new() { PyramidCacheBytes = PyramidStoreTests.Capacity(vision, pyramidsKept) });
        var boxes = TinyVision.Boxes($"spi_{Cat}_one");

        var first = await EncodeAsync(encoder, Cat, boxes);
        await EncodeAsync(encoder, Astronaut, TinyVision.Boxes($"spi_{Astronaut}_one"));
        var third = await EncodeAsync(encoder, Cat, boxes);

        Assert.Equal(first.Value, third.Value);
        Assert.Equal(expectedReads, _reads);
    }

    [Fact]
    public async Task EncodeAsync_CallersOfOneImageTogether_ReadItsFeaturesOnce()
    {
        using var encoder = Encoder(new());
        var features = new TaskCompletionSource<ImageFeatures?>();
        var boxes = TinyVision.Boxes($"spi_{Cat}_one");

        var callers = Enumerable.Range(0, 5).Select(_ => encoder.EncodeAsync(Key(Cat), Read, boxes, Token).AsTask()).ToArray();
        features.SetResult(vision.Features(Cat));

        Assert.All(await Task.WhenAll(callers), outcome => AssertRecorded(GoldenFiles.ReadCase($"spi_{Cat}_one", "region_features"), outcome));
        Assert.Equal(1, _reads);

        async ValueTask<ImageFeatures?> Read(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _reads);
            return await features.Task.WaitAsync(cancellationToken);
        }
    }

    [Fact]
    public async Task EncodeAsync_NaNFeatures_AreRefusedAndNotKept()
    {
        using var encoder = Encoder(new());
        var poisoned = vision.Features(Cat);
        poisoned.Levels[1][7] = float.NaN;
        var boxes = TinyVision.Boxes($"spi_{Cat}_one");

        var refused = await encoder.EncodeAsync(Key(Cat), _ => ValueTask.FromResult<ImageFeatures?>(poisoned), boxes, Token);

        Assert.Equal(VisionFault.Invalid, refused.Fault);
        AssertRecorded(GoldenFiles.ReadCase($"spi_{Cat}_one", "region_features"), await EncodeAsync(encoder, Cat, boxes));
    }

    [Fact]
    public async Task EncodeAsync_FeaturesOfWrongSizeInABatch_FailAlone()
    {
        using var encoder = Encoder(new() { MaxImagesPerBatch = 2 }, new FakeTimeProvider());
        var boxes = TinyVision.Boxes($"spi_{Cat}_one");
        ImageFeatures otherModel = new([new float[12], new float[12], new float[12], new float[12]], Patches: 4, Channels: 3);

        var good = EncodeAsync(encoder, Cat, boxes);
        var bad = encoder.EncodeAsync(Key("other"), _ => ValueTask.FromResult<ImageFeatures?>(otherModel), boxes, Token);

        Assert.Equal(VisionFault.Failed, (await bad).Fault);
        AssertRecorded(GoldenFiles.ReadCase($"spi_{Cat}_one", "region_features"), await good);
    }

    [Fact]
    public async Task EncodeAsync_NoFeatures_SaysSo()
    {
        using var encoder = Encoder(new());

        var outcome = await encoder.EncodeAsync(Key(Cat), _ => ValueTask.FromResult<ImageFeatures?>(null), [], Token);

        Assert.Equal(VisionFault.FeaturesMissing, outcome.Fault);
    }

    [Theory]
    [InlineData(0.5f, 0.1f, 0.4f, 0.9f)]
    [InlineData(0.1f, 0.5f, 0.9f, 0.4f)]
    [InlineData(float.NaN, 0f, 1f, 1f)]
    [InlineData(0f, 0f, float.PositiveInfinity, 1f)]
    [InlineData(float.NegativeInfinity, 0f, 1f, 1f)]
    public async Task EncodeAsync_InvertedOrInfiniteBox_IsInvalidBeforeAnythingIsRead(float x1, float y1, float x2, float y2)
    {
        using var encoder = Encoder(new());

        var outcome = await EncodeAsync(encoder, Cat, [new(0, 0, 1, 1), new(x1, y1, x2, y2)]);

        Assert.Equal(VisionFault.Invalid, outcome.Fault);
        Assert.Equal(0, _reads);
    }

    [Fact]
    public async Task Dispose_WaitingBoxes_EndAsUnavailable()
    {
        var encoder = Encoder(new() { MaxImagesPerBatch = 2 }, new FakeTimeProvider());
        var read = new SemaphoreSlim(0);
        var waiting = encoder.EncodeAsync(Key(Cat), Read, [], Token).AsTask();
        await read.WaitAsync(Token);

        encoder.Dispose();

        Assert.Equal(VisionFault.Unavailable, (await waiting).Fault);

        ValueTask<ImageFeatures?> Read(CancellationToken cancellationToken)
        {
            read.Release();
            return ValueTask.FromResult<ImageFeatures?>(vision.Features(Cat));
        }
    }

    private static ContentKey Key(string image) => new((ulong)image.Length, image[0], 0, 0);

    private RegionEncoder Encoder(VisionOptions options, TimeProvider? time = null) =>
        new(vision.Regions, options, time ?? TimeProvider.System, NullLogger<RegionEncoder>.Instance);

    private Task<VisionOutcome<float[][]>> EncodeAsync(RegionEncoder encoder, string image, BoundingBox[] boxes) =>
        encoder.EncodeAsync(
            Key(image),
            _ =>
            {
                Interlocked.Increment(ref _reads);
                return ValueTask.FromResult<ImageFeatures?>(vision.Features(image));
            },
            boxes, Token).AsTask();

    private static void AssertRecorded(float[] expected, VisionOutcome<float[][]> outcome)
    {
        Assert.True(outcome.TryGet(out var vectors));
        Assert.Equal(expected.Length, vectors.Sum(vector => vector.Length));
        Assert.InRange(TinyVision.Difference(expected, vectors.SelectMany(vector => vector)), 0, Tolerance);
    }
}
