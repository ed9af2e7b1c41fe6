using GPT4RoI.Engine.Vision;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace GPT4RoI.Engine.Tests.Vision;

public sealed class ImageEncoderTests(TinyVision vision) : IClassFixture<TinyVision>
{
    private const float Tolerance = 2e-4f;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task EncodeAsync_ImagesAloneOrInOneBatch_GiveTheAuthorsLevels(int batchSize)
    {
        using var encoder = Encoder(batchSize);

        var outcomes = await Task.WhenAll(TinyVision.Images.Select(image => encoder.EncodeAsync(TinyVision.Pixels(image), Token).AsTask()));

        foreach (var (image, outcome) in TinyVision.Images.Zip(outcomes))
        {
            AssertRecorded(image, outcome);
        }
    }

    [Fact]
    public async Task EncodeAsync_NaNInOneImage_FailsItAlone()
    {
        using var encoder = Encoder(batchSize: 3);
        var poisoned = TinyVision.Pixels("cat_451x300");
        poisoned[100] = float.NaN;

        var outcomes = await Task.WhenAll(
            encoder.EncodeAsync(TinyVision.Pixels("coffee_160x107"), Token).AsTask(),
            encoder.EncodeAsync(poisoned, Token).AsTask(),
            encoder.EncodeAsync(TinyVision.Pixels("rocket_640x179"), Token).AsTask());

        Assert.Equal(VisionFault.Failed, outcomes[1].Fault);
        AssertRecorded("coffee_160x107", outcomes[0]);
        AssertRecorded("rocket_640x179", outcomes[2]);
    }

    [Fact]
    public async Task EncodeAsync_WrongSize_IsInvalid()
    {
        using var encoder = Encoder(batchSize: 1);

        Assert.Equal(VisionFault.Invalid, (await encoder.EncodeAsync(new float[3 * 223 * 224], Token)).Fault);
    }

    private ImageEncoder Encoder(int batchSize) => new(
        vision.Tower, vision.Config.Vision, new() { MaxImagesPerBatch = batchSize }, new FakeTimeProvider(), NullLogger<ImageEncoder>.Instance);

    private static void AssertRecorded(string image, VisionOutcome<ImageFeatures> outcome)
    {
        Assert.True(outcome.TryGet(out var features));
        Assert.Equal(4, features.Levels.Count);
        Assert.Equal((256, 64), (features.Patches, features.Channels));
        for (var level = 0; level < features.Levels.Count; level++)
        {
            var expected = GoldenFiles.ReadCase($"clip_{image}", $"level{level}");
            Assert.Equal(expected.Length, features.Levels[level].Length);
            Assert.InRange(TinyVision.Difference(expected, features.Levels[level]), 0, Tolerance);
        }
    }
}
