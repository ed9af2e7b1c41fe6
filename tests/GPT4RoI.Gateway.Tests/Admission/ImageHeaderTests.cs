using CsCheck;
using GPT4RoI.Gateway.Admission;
using GPT4RoI.Gateway.Tests.Fixtures;
using SkiaSharp;

namespace GPT4RoI.Gateway.Tests.Admission;

public sealed class ImageHeaderTests
{
    private static readonly AdmissionOptions Limits = new();

    [Theory]
    [InlineData(SKEncodedImageFormat.Png, "image/png")]
    [InlineData(SKEncodedImageFormat.Jpeg, "image/jpeg")]
    [InlineData(SKEncodedImageFormat.Webp, "image/webp")]
    public void Read_EachFormat_GivesSizeAndType(SKEncodedImageFormat format, string mediaType)
    {
        var outcome = ImageHeader.Read(Pictures.Unique(30, 150, format), Limits);
        Assert.Equal(new ImageHeader(30, 150, mediaType), outcome.Value);
        Assert.Null(outcome.Error);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 700)]
    [InlineData(700, 1)]
    public void Read_ThinImages_AreFine(int width, int height) =>
        Assert.Equal(new ImageHeader(width, height, "image/png"), ImageHeader.Read(Pictures.Unique(width, height), Limits).Value);

    [Theory]
    [InlineData(1, 40, 20)]
    [InlineData(2, 40, 20)]
    [InlineData(3, 40, 20)]
    [InlineData(4, 40, 20)]
    [InlineData(5, 20, 40)]
    [InlineData(6, 20, 40)]
    [InlineData(7, 20, 40)]
    [InlineData(8, 20, 40)]
    public void Read_ExifOrientation_GivesTheUprightSize(byte orientation, int width, int height)
    {
        var turned = Pictures.WithOrientation(Pictures.Unique(40, 20, SKEncodedImageFormat.Jpeg), orientation);
        Assert.Equal(new ImageHeader(width, height, "image/jpeg"), ImageHeader.Read(turned, Limits).Value);
    }

    [Theory]
    [InlineData(40_000, 40_000, "IMAGE_SIDE")]
    [InlineData(16_385, 1, "IMAGE_SIDE")]
    [InlineData(16_000, 16_000, "IMAGE_PIXELS")]
    public void Read_TooManyPixelsClaimed_IsRefusedByTheHeader(int width, int height, string reason)
    {
        var error = ImageHeader.Read(Pictures.Claiming(width, height), Limits).Error;
        Assert.Equal(reason, error?.Reason);
        Assert.Contains($"{width} x {height}", error?.Message);
    }

    [Theory]
    [InlineData("GIF89a\u0001\0\u0001\0")]
    [InlineData("BM\u0046\0\0\0")]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"http://127.0.0.1/\"/></svg>")]
    [InlineData("http://127.0.0.1:6379/image.png")]
    [InlineData("data:image/png;base64,iVBORw0KGgo=")]
    [InlineData("RIFF\0\0\0\0WAVEfmt ")]
    [InlineData("\0\0\u0001\0\u0001\0")]
    public void Read_AnythingElse_IsNotAnImage(string text) =>
        Assert.Equal("IMAGE_TYPE", ImageHeader.Read(System.Text.Encoding.Latin1.GetBytes(text), Limits).Error?.Reason);

    [Fact]
    public void Read_DamagedHeaders_NeverThrowAndNeverPassTheLimits()
    {
        byte[][] seeds =
        [
            Pictures.Unique(9, 7),
            Pictures.Unique(9, 7, SKEncodedImageFormat.Webp),
            Pictures.WithOrientation(Pictures.Unique(9, 7, SKEncodedImageFormat.Jpeg), 6),
        ];
        Gen.Select(Gen.Int[0, seeds.Length - 1], Gen.Int[1, 80], Gen.Select(Gen.Int[0, 79], Gen.Byte).List[0, 6]).Sample((seed, length, changes) =>
        {
            var bytes = seeds[seed][..Math.Min(length, seeds[seed].Length)];
            foreach (var (at, value) in changes)
            {
                bytes[at % bytes.Length] = value;
            }
            var outcome = ImageHeader.Read(bytes, Limits);
            return outcome.Error is not null || (outcome.Value.Width is >= 1 and <= 16_384 && outcome.Value.Height is >= 1 and <= 16_384);
        }, iter: 2000, threads: 1);
    }
}
