using CsCheck;
using GPT4RoI.Model.Vision;
using SkiaSharp;

namespace GPT4RoI.Model.Tests.Vision;

public sealed class ImageDecoderTests
{
    private const long Unlimited = long.MaxValue;

    [Fact]
    public void TryDecode_Rgb_GivesItsBytes() =>
        AssertPixels(ImagePng.Write(2, 1, 8, ImagePng.Rgb, [[1, 2, 3, 250, 251, 252]]), 2, 1, [1, 2, 3, 250, 251, 252]);

    [Fact]
    public void TryDecode_Rgba_DropsAlphaUnblended() =>
        AssertPixels(ImagePng.Write(3, 1, 8, ImagePng.Rgba, [[1, 2, 3, 0, 250, 251, 252, 1, 9, 8, 7, 255]]), 3, 1, [1, 2, 3, 250, 251, 252, 9, 8, 7]);

    [Fact]
    public void TryDecode_Grey_RepeatsIt() =>
        AssertPixels(ImagePng.Write(1, 2, 8, ImagePng.Grey, [[7], [200]]), 1, 2, [7, 7, 7, 200, 200, 200]);

    [Fact]
    public void TryDecode_GreyWithAlpha_RepeatsItUnblended() =>
        AssertPixels(ImagePng.Write(2, 1, 8, ImagePng.GreyAlpha, [[7, 0, 200, 3]]), 2, 1, [7, 7, 7, 200, 200, 200]);

    [Fact]
    public void TryDecode_OneBit_IsBlackAndWhite() =>
        AssertPixels(ImagePng.Write(3, 1, 1, ImagePng.Grey, [[0b0100_0000]]), 3, 1, [0, 0, 0, 255, 255, 255, 0, 0, 0]);

    [Fact]
    public void TryDecode_Palette_LooksUpItsColours() => AssertPixels(
        ImagePng.Write(3, 1, 8, ImagePng.Palette, [[2, 0, 1]], palette: [1, 2, 3, 40, 50, 60, 250, 251, 252], alpha: [0, 128, 255]), 3, 1,
        [250, 251, 252, 1, 2, 3, 40, 50, 60]);

    [Fact]
    public void TryDecode_SixteenBit_KeepsTheHighBytes()
    {
        AssertPixels(ImagePng.Write(1, 1, 16, ImagePng.Rgb, [[1, 255, 128, 0, 254, 200]]), 1, 1, [1, 128, 254]);
        AssertPixels(ImagePng.Write(2, 1, 16, ImagePng.Grey, [[1, 255, 254, 200]]), 2, 1, [1, 1, 1, 254, 254, 254]);
        AssertPixels(ImagePng.Write(1, 1, 16, ImagePng.Rgba, [[1, 255, 128, 0, 254, 200, 0, 9]]), 1, 1, [1, 128, 254]);
    }

    [Fact]
    public void TryDecode_RecordedRgba_IsTheColourOfItsSource()
    {
        Assert.True(ImageDecoder.TryDecode(File.ReadAllBytes(Golden.File("cases", "images", "rgba_97x100.png")), Unlimited, out var image, out _));

        Assert.Equal((97, 100), (image.Width, image.Height));
    }

    [Fact]
    public void TryDecode_LosslessWebp_GivesItsBytes()
    {
        using var bitmap = Blocks();
        using var pixels = bitmap.PeekPixels();
        using var data = pixels.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 100));

        Assert.True(ImageDecoder.TryDecode(data!.ToArray(), Unlimited, out var image, out _));

        Assert.Equal((16, 8), (image.Width, image.Height));
        Assert.Equal((byte[])[255, 0, 0], image.Rgb[..3].ToArray());
        Assert.Equal((byte[])[0, 0, 255], image.Rgb[^3..].ToArray());
    }

    // Left half red, right half blue, 16 x 8: where the red half is once the image is upright.
    [Theory]
    [InlineData(1, 16, 8, 0, 4)]
    [InlineData(2, 16, 8, 15, 4)]
    [InlineData(3, 16, 8, 15, 4)]
    [InlineData(4, 16, 8, 0, 4)]
    [InlineData(5, 8, 16, 4, 0)]
    [InlineData(6, 8, 16, 4, 0)]
    [InlineData(7, 8, 16, 4, 15)]
    [InlineData(8, 8, 16, 4, 15)]
    public void TryDecode_ExifOrientation_IsApplied(int orientation, int width, int height, int redX, int redY)
    {
        using var bitmap = Blocks();
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 100);
        byte[] jpeg = data.ToArray();
        byte[] exif = [0xFF, 0xE1, 0, 34, .. "Exif\0\0MM\0*\0\0\0\x8\0\x1"u8, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];

        Assert.True(ImageDecoder.TryDecode((byte[])[.. jpeg[..2], .. exif, .. jpeg[2..]], Unlimited, out var image, out _));

        Assert.Equal((width, height), (image.Width, image.Height));
        var red = image.Rgb.Span[(((redY * width) + redX) * 3)..];
        Assert.True(red[0] > 240 && red[2] < 15);
    }

    [Fact]
    public void Turn_EachOrientation_PutsTheFirstPixelWhereExifSays()
    {
        var stored = new DecodedImage(2, 3, Enumerable.Range(0, 18).Select(value => (byte)(value / 3)).ToArray());
        var corners = new (SKEncodedOrigin, int[])[]
        {
            (SKEncodedOrigin.TopLeft, [0, 1, 2, 3, 4, 5]), (SKEncodedOrigin.TopRight, [1, 0, 3, 2, 5, 4]),
            (SKEncodedOrigin.BottomRight, [5, 4, 3, 2, 1, 0]), (SKEncodedOrigin.BottomLeft, [4, 5, 2, 3, 0, 1]),
            (SKEncodedOrigin.LeftTop, [0, 2, 4, 1, 3, 5]), (SKEncodedOrigin.RightTop, [4, 2, 0, 5, 3, 1]),
            (SKEncodedOrigin.RightBottom, [5, 3, 1, 4, 2, 0]), (SKEncodedOrigin.LeftBottom, [1, 3, 5, 0, 2, 4]),
        };
        foreach (var (origin, expected) in corners)
        {
            Assert.Equal(expected, ImageOrientation.Turn(stored, origin).Rgb.ToArray().Chunk(3).Select(pixel => (int)pixel[0]));
        }
    }

    [Fact]
    public void TryDecode_HugeHeader_IsRefusedBeforeAnythingIsAllocated()
    {
        var bomb = ImagePng.Write(40_000, 40_000, 8, ImagePng.Rgb, [new byte[1000]]);
        var before = GC.GetAllocatedBytesForCurrentThread();

        AssertFault(ImageFault.TooManyPixels, bomb, 40_000_000);
        AssertFault(ImageFault.TooManyPixels, bomb, Unlimited);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 100_000);
    }

    [Fact]
    public void TryDecode_AtTheLimit_IsDecoded()
    {
        var png = ImagePng.Write(2, 1, 8, ImagePng.Grey, [[1, 2]]);

        Assert.True(ImageDecoder.TryDecode(png, 2, out _, out _));
        AssertFault(ImageFault.TooManyPixels, png, 1);
    }

    [Fact]
    public void TryDecode_OtherFormats_AreRefusedByContent()
    {
        AssertFault(ImageFault.UnsupportedFormat, []);
        AssertFault(ImageFault.UnsupportedFormat, [.. "GIF89a"u8, 1, 0, 1, 0, 0, 0, 0]);
        AssertFault(ImageFault.UnsupportedFormat, [.. "BM"u8, .. new byte[60]]);
        AssertFault(ImageFault.UnsupportedFormat, "<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray());
        AssertFault(ImageFault.UnsupportedFormat, [.. "RIFF\0\0\0\0WAVE"u8]);
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void TryDecode_CutOff_IsMalformed(SKEncodedImageFormat format)
    {
        using var bitmap = Blocks();
        using var data = bitmap.Encode(format, 90);
        var file = data.ToArray();

        Assert.True(ImageDecoder.TryDecode(file, Unlimited, out _, out _));
        AssertFault(ImageFault.Malformed, file[..(file.Length / 2)]);
        AssertFault(ImageFault.Malformed, file[..12]);
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void TryDecode_FlippedBytes_NeverThrows(SKEncodedImageFormat format)
    {
        using var bitmap = Blocks();
        using var data = bitmap.Encode(format, 90);
        var file = data.ToArray();
        Gen.Select(Gen.Int[0, file.Length - 1], Gen.Byte).Array[1, 6].Sample(flips =>
        {
            var broken = file.ToArray();
            foreach (var (at, value) in flips)
            {
                broken[at] = value;
            }

            var decoded = ImageDecoder.TryDecode(broken, 1_000_000, out var image, out var fault);
            Assert.Equal(decoded, fault is null);
            Assert.Equal(decoded, image is not null && image.Rgb.Length >= image.Width * image.Height * 3);
        }, iter: 2_000);
    }

    private static SKBitmap Blocks()
    {
        var bitmap = new SKBitmap(16, 8, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.Red);
        using var blue = new SKPaint { Color = SKColors.Blue };
        canvas.DrawRect(8, 0, 8, 8, blue);
        return bitmap;
    }

    private static void AssertPixels(byte[] file, int width, int height, byte[] expected)
    {
        Assert.True(ImageDecoder.TryDecode(file, Unlimited, out var image, out var fault), fault?.ToString());
        Assert.Equal((width, height), (image.Width, image.Height));
        Assert.Equal(expected, image.Rgb[..expected.Length].ToArray());
    }

    private static void AssertFault(ImageFault expected, byte[] file, long maxPixels = Unlimited)
    {
        Assert.False(ImageDecoder.TryDecode(file, maxPixels, out var image, out var fault));
        Assert.Null(image);
        Assert.Equal(expected, fault);
    }
}
