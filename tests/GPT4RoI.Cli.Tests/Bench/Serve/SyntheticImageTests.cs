using GPT4RoI.Cli.Bench.Serve;
using SkiaSharp;

namespace GPT4RoI.Cli.Tests.Bench.Serve;

public sealed class SyntheticImageTests
{
    [Fact]
    public void CreatePng_SeedAndNumber_DecideTheBytes()
    {
        Assert.Equal(SyntheticImage.CreatePng(1, 2), SyntheticImage.CreatePng(1, 2));
        Assert.NotEqual(SyntheticImage.CreatePng(1, 2), SyntheticImage.CreatePng(1, 3));
        Assert.NotEqual(SyntheticImage.CreatePng(1, 2), SyntheticImage.CreatePng(2, 2));
    }

    [Fact]
    public void CreatePng_AnyNumber_IsAPngOfTheSizeItSays()
    {
        using var codec = SKCodec.Create(new MemoryStream(SyntheticImage.CreatePng(1, 7)));
        Assert.Equal(
            (SKEncodedImageFormat.Png, SyntheticImage.Width, SyntheticImage.Height), (codec.EncodedFormat, codec.Info.Width, codec.Info.Height));
    }
}
