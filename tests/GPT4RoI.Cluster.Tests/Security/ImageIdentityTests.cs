using GPT4RoI.Client;
using SkiaSharp;

namespace GPT4RoI.Cluster.Tests.Security;

/// <summary>What an image is: its file, its upright size and its pixels; never only some of these.</summary>
public sealed class ImageIdentityTests(ClusterFixture fixture)
{
    private const string Question = "What is <region1> doing?";
    private const int Short = 30, Long = 150;

    [Fact]
    public async Task Upload_SamePixelBytesInAnotherShape_IsAnotherImageWithItsOwnAnswer()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var client = (await fixture.StartAsync(cancellationToken)).Connect();
        var samples = Noise(Short * Long * 3);
        byte[] tall = PngFile.Write(Short, Long, PngColor.Rgb, samples), wide = PngFile.Write(Long, Short, PngColor.Rgb, samples);

        var first = await AskEachAsync(client, [tall, wide], cancellationToken);
        var second = await AskEachAsync(client, [Again(wide), Again(tall)], cancellationToken);

        Assert.Equal([(Short, Long), (Long, Short)], first.Select(asked => (asked.Image.Width, asked.Image.Height)));
        Assert.NotEqual(first[0].Image.Id, first[1].Image.Id);
        Assert.NotEqual(first[0].Tokens, first[1].Tokens);
        Assert.Equal(first.Select(asked => asked.Tokens), second.Reverse().Select(asked => asked.Tokens));
    }

    [Fact]
    public async Task Upload_SameIndicesWithAnotherPalette_IsAnotherImageWithItsOwnAnswer()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var client = (await fixture.StartAsync(cancellationToken)).Connect();
        var indices = Noise(Short * Long);
        byte[] palette = Noise(256 * 3), other = [.. palette.Reverse()];
        byte[] left = PngFile.Write(Short, Long, PngColor.Palette, indices, palette), right = PngFile.Write(Short, Long, PngColor.Palette, indices, other);

        var asked = await AskEachAsync(client, [left, right, Rgb(indices, palette), Rgb(indices, other)], cancellationToken);

        Assert.Equal(4, asked.DistinctBy(each => each.Image.Id).Count());
        Assert.NotEqual(asked[0].Tokens, asked[1].Tokens);
        Assert.Equal(asked[2].Tokens, asked[0].Tokens);
        Assert.Equal(asked[3].Tokens, asked[1].Tokens);
    }

    [Fact]
    public async Task Upload_OnePictureInEveryMode_IsAnImageEachWithTheSameAnswer()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var client = (await fixture.StartAsync(cancellationToken)).Connect();
        var grey = Noise(Short * Long);
        byte[] ramp = [.. Enumerable.Range(0, 256).SelectMany(value => new[] { (byte)value, (byte)value, (byte)value })];

        var asked = await AskEachAsync(
            client,
            [
                Rgb(grey, ramp), Write(PngColor.Grey, value => [value]), PngFile.Write(Short, Long, PngColor.Palette, grey, ramp),
                Write(PngColor.Rgba, value => [value, value, value, 255]), Write(PngColor.Rgba, value => [value, value, value, 0]),
                Write(PngColor.Rgba, value => [value, value, value, value]), Write(PngColor.GreyAlpha, value => [value, 0]),
            ],
            cancellationToken);

        Assert.Equal(asked.Count, asked.DistinctBy(each => each.Image.Id).Count());
        Assert.All(asked, each => Assert.Equal((Short, Long), (each.Image.Width, each.Image.Height)));
        Assert.All(asked, each => Assert.Equal(asked[0].Tokens, each.Tokens));

        byte[] Write(PngColor color, Func<byte, byte[]> pixel) => PngFile.Write(Short, Long, color, [.. grey.SelectMany(pixel)]);
    }

    [Fact]
    public async Task Upload_JpegTwinsTurnedByExif_AreUprightImagesWithTheirOwnAnswers()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var client = (await fixture.StartAsync(cancellationToken)).Connect();
        var (jpeg, pixels) = Jpeg(GoldenConversation.Read("unicode").ImagePath);
        var (width, height) = (pixels.Width, pixels.Height);

        // EXIF: 6 is shown after a quarter turn clockwise, 3 upside down, 8 after a quarter turn the other way
        (byte Exif, int Width, int Height, Func<int, int, SKColor> Upright)[] twins =
        [
            (1, width, height, pixels.GetPixel),
            (6, height, width, (x, y) => pixels.GetPixel(y, height - 1 - x)),
            (3, width, height, (x, y) => pixels.GetPixel(width - 1 - x, height - 1 - y)),
            (8, height, width, (x, y) => pixels.GetPixel(width - 1 - y, x)),
        ];
        var turned = await AskEachAsync(client, twins.Select(twin => WithOrientation(jpeg, twin.Exif)), cancellationToken);
        var drawn = await AskEachAsync(client, twins.Select(twin => Png(twin.Width, twin.Height, twin.Upright)), cancellationToken);

        Assert.Equal(twins.Select(twin => (twin.Width, twin.Height)), turned.Select(asked => (asked.Image.Width, asked.Image.Height)));
        Assert.Equal(twins.Length, turned.DistinctBy(asked => asked.Image.Id).Count());
        Assert.Equal(twins.Length, turned.DistinctBy(asked => asked.Tokens).Count());
        Assert.Equal(drawn.Select(asked => asked.Tokens), turned.Select(asked => asked.Tokens));
    }

    private static async Task<IReadOnlyList<(ImageInfo Image, string Tokens)>> AskEachAsync(
        Gpt4RoiClient client, IEnumerable<byte[]> files, CancellationToken cancellationToken)
    {
        var asked = new List<(ImageInfo, string)>();
        foreach (var file in files)
        {
            var image = await client.UploadAsync(file, cancellationToken);
            asked.Add((image, await client.FirstAnswerAsync(image.Id, Question, [Region.Normalized(1, 0.1, 0.2, 0.7, 0.9)], cancellationToken)));
        }
        return asked;
    }

    /// <summary>The same pixels in a file that nobody has uploaded: decoders ignore what follows the end.</summary>
    private static byte[] Again(byte[] file) => [.. file, 1];

    private static byte[] Rgb(byte[] indices, byte[] palette) =>
        PngFile.Write(Short, Long, PngColor.Rgb, [.. indices.SelectMany(index => palette.AsSpan(index * 3, 3).ToArray())]);

    private static byte[] Png(int width, int height, Func<int, int, SKColor> pixel) => PngFile.Write(
        width, height, PngColor.Rgb,
        [.. Enumerable.Range(0, width * height).Select(at => pixel(at % width, at / width)).SelectMany(color => new[] { color.Red, color.Green, color.Blue })]);

    private static byte[] Noise(int count)
    {
        var bytes = new byte[count];
        new Random(20260101).NextBytes(bytes);
        return bytes;
    }

    private static (byte[] File, SKBitmap Pixels) Jpeg(string path)
    {
        using var picture = SKBitmap.Decode(path);
        using var data = picture.Encode(SKEncodedImageFormat.Jpeg, 90);
        var file = data.ToArray();
        return (file, SKBitmap.Decode(file));
    }

    /// <summary>The JPEG with an EXIF segment (EXIF 2.3, tag 0x0112) behind its first marker.</summary>
    private static byte[] WithOrientation(byte[] jpeg, byte orientation)
    {
        byte[] exif = [.. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
        return [.. jpeg.AsSpan(0, 2), 0xFF, 0xE1, 0, (byte)(exif.Length + 2), .. exif, .. jpeg.AsSpan(2)];
    }
}
