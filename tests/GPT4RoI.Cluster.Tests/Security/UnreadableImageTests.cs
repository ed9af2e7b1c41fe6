using System.Text;
using GPT4RoI.Client;
using Grpc.Core;
using SkiaSharp;

namespace GPT4RoI.Cluster.Tests.Security;

/// <summary>Files that are no images, or only begin as one: fixed texts that say nothing of the decoder, and nobody else notices.</summary>
public sealed class UnreadableImageTests(ClusterFixture fixture)
{
    private const string NotAnImage = "The upload is not a PNG, JPEG or WebP image.";
    private const string Undecodable = "The image cannot be decoded; it must be a whole PNG, JPEG or WebP file.";

    public static TheoryData<string> OtherFormats => new(["GIF89a\u0001\0\u0001\0\0\0\0;", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "BM\u001a\0\0\0", "%PDF-1.7", "II*\0"]);

    [Theory]
    [MemberData(nameof(OtherFormats))]
    public async Task Upload_AnotherFormat_GetsTheOneText(string content)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var client = (await fixture.StartAsync(cancellationToken)).Connect();
        byte[] file = [.. Encoding.Latin1.GetBytes(content), .. new byte[64]];

        var refused = await Refusal.OfFieldAsync("chunk", "IMAGE_TYPE", () => client.UploadAsync(file, cancellationToken));

        Assert.Equal(NotAnImage, refused.Message);
    }

    [Fact]
    public async Task Ask_BodyBehindTheHeaderIsBroken_GetsTheOneText()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var client = (await fixture.StartAsync(cancellationToken)).Connect();
        var jpeg = Encode(SKEncodedImageFormat.Jpeg);
        var webp = Encode(SKEncodedImageFormat.Webp);
        byte[][] files =
        [
            Poison.Png(1), PngFile.WithBody(64, 64, PngColor.Palette, [0x78, 0x9C, 0xFF, 0xFF]), PngFile.WithBody(64, 64, PngColor.Rgb, []),
            jpeg[..(jpeg.Length / 2)], webp[..(webp.Length / 2)],
        ];

        foreach (var file in files)
        {
            var image = await client.UploadAsync(file, cancellationToken);
            await using var chat = await client.StartConversationAsync(image, cancellationToken);
            var refused = await Refusal.OfFieldAsync(
                "image_id", "IMAGE_UNDECODABLE", () => chat.GetAnswerAsync("<region1>?", [Region.Normalized(1, 0, 0, 1, 1)], Ask.Greedy, cancellationToken));
            Assert.Equal(Undecodable, refused.Message);
            Assert.Empty((await chat.GetAsync(cancellationToken)).Turns);

            var described = await client.DescribeRegionsAsync(image.Id, [Region.Normalized(7, 0, 0, 1, 1)], sampling: Ask.Greedy, cancellationToken: cancellationToken)
                .Select(update => update.Update).OfType<FailedUpdate>().SingleAsync(cancellationToken);
            Assert.Equal((StatusCode.InvalidArgument, "IMAGE_UNDECODABLE", Undecodable), (described.Code, described.Reason, described.Message));
        }
    }

    [Fact]
    public async Task Ask_BrokenImagesAgainAndAgain_NeighboursGetTheRecordedTokensAndEverySiloLives()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var cluster = await fixture.StartAsync(cancellationToken);
        await using var client = cluster.Connect();
        const int Bad = 6, Asks = 4;
        string[] neighbours = ["single", "two", "two_reversed", "portrait", "wide", "multiturn.clean"];

        var poisoned = Enumerable.Range(0, Bad).Select(async number =>
        {
            var image = await client.UploadAsync(Poison.Png(100 + number), cancellationToken);
            await using var chat = await client.StartConversationAsync(image, cancellationToken);
            for (var ask = 0; ask < Asks; ask++)
            {
                await Refusal.OfAsync(
                    StatusCode.InvalidArgument, "IMAGE_UNDECODABLE",
                    () => chat.GetAnswerAsync("<region1>?", [Region.Normalized(1, 0, 0, 1, 1)], Ask.Greedy, cancellationToken));
            }
        });
        await Task.WhenAll(poisoned.Concat(neighbours.Select((name, at) => client.HoldGoldenAsync(name, 7100 + at, cancellationToken))));

        foreach (var silo in cluster.Llm.Append(cluster.Vision))
        {
            Assert.False(silo.Process.HasExited, silo.Process.Output);
            await silo.UntilReadyAsync(cancellationToken);
        }
        Assert.All(await cluster.EnginesAsync(cancellationToken), engine => Assert.Equal((0, 0, 0), (engine.Running, engine.Waiting, engine.BlocksUsed)));
    }

    private static byte[] Encode(SKEncodedImageFormat format)
    {
        using var picture = SKBitmap.Decode(GoldenConversation.Read("unicode").ImagePath);
        using var data = picture.Encode(format, 80);
        return data.ToArray();
    }
}

/// <summary>Images that every check of the header lets pass.</summary>
internal static class Poison
{
    /// <summary>A PNG whose pixels are no compressed data; another file for every number.</summary>
    public static byte[] Png(int number)
    {
        var noise = new byte[4000];
        new Random(number).NextBytes(noise);
        return PngFile.WithBody(320, 200, PngColor.Rgb, noise);
    }
}
