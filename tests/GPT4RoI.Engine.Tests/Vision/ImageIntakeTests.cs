using GPT4RoI.Engine.Vision;
using GPT4RoI.Model.Vision;
using Microsoft.Extensions.Logging.Abstractions;

namespace GPT4RoI.Engine.Tests.Vision;

public sealed class ImageIntakeTests : IDisposable
{
    private const int Side = 224;
    private readonly DecodePool _pool = new(new(), TimeProvider.System, NullLogger<DecodePool>.Instance);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("cat_451x300", 451, 300)]
    [InlineData("astronaut_213x320", 213, 320)]
    [InlineData("gray_99x131", 99, 131)]
    public async Task PrepareAsync_RecordedFile_GivesTheAuthorsPixels(string image, int width, int height)
    {
        var outcome = await Intake(new()).PrepareAsync(Png(image), Token);

        Assert.True(outcome.TryGet(out var prepared));
        Assert.Equal((width, height), (prepared.Width, prepared.Height));
        Assert.Equal(3 * Side * Side, prepared.Pixels.Length);
        Assert.InRange(TinyVision.Difference(TinyVision.Pixels(image), prepared.Pixels), 0, 1e-4f);
    }

    [Fact]
    public async Task PrepareAsync_BadFiles_NameTheirFault()
    {
        var intake = Intake(new() { MaxImagePixels = 451 * 300 });
        var cat = Png("cat_451x300");

        Assert.Equal(VisionFault.None, (await intake.PrepareAsync(cat, Token)).Fault);
        Assert.Equal(VisionFault.TooManyPixels, (await Intake(new() { MaxImagePixels = (451 * 300) - 1 }).PrepareAsync(cat, Token)).Fault);
        Assert.Equal(VisionFault.UnsupportedFormat, (await intake.PrepareAsync("GIF89a"u8.ToArray(), Token)).Fault);
        Assert.Equal(VisionFault.UnsupportedFormat, (await intake.PrepareAsync(ReadOnlyMemory<byte>.Empty, Token)).Fault);
        Assert.Equal(VisionFault.Malformed, (await intake.PrepareAsync(cat.AsMemory(0, cat.Length / 2), Token)).Fault);
    }

    [Fact]
    public async Task PrepareAsync_PoolStopped_IsUnavailable()
    {
        var intake = Intake(new());
        _pool.Dispose();

        Assert.Equal(VisionFault.Unavailable, (await intake.PrepareAsync(Png("gray_99x131"), Token)).Fault);
    }

    public void Dispose() => _pool.Dispose();

    private ImageIntake Intake(VisionOptions options) =>
        new(_pool, ImagePreprocessor.Load(GoldenFiles.Path("tiny", "clip"), Side), options);

    private static byte[] Png(string image) => File.ReadAllBytes(GoldenFiles.Path("cases", "images", image + ".png"));
}
