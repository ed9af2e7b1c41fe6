using GPT4RoI.Client;

namespace GPT4RoI.Cluster.Tests.Security;

/// <summary>Images and boxes at the edge of what there can be: answered, or refused by name; and the cluster goes on.</summary>
public sealed class DegenerateInputTests(ClusterFixture fixture)
{
    private const int LongestSide = 16_384;

    public static TheoryData<string, double[], string, string> BadBoxes => new()
    {
        { "x inverted", [10, 1, 9, 2], "x2", "BOX_INVERTED" },
        { "y inverted", [1, 10, 2, 9], "y2", "BOX_INVERTED" },
        { "left of the image", [-0.001, 0, 1, 1], "x1", "BOX_OUT_OF_RANGE" },
        { "below the image", [0, 0, 1, 24.001], "y2", "BOX_OUT_OF_RANGE" },
        { "far away", [0, 0, double.MaxValue, 1], "x2", "BOX_OUT_OF_RANGE" },
        { "NaN", [0, double.NaN, 1, 1], "y1", "BOX_OUT_OF_RANGE" },
        { "infinite", [0, 0, double.PositiveInfinity, 1], "x2", "BOX_OUT_OF_RANGE" },
        { "minus infinite", [double.NegativeInfinity, 0, 1, 1], "x1", "BOX_OUT_OF_RANGE" },
    };

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 700)]
    [InlineData(700, 1)]
    [InlineData(1, LongestSide)]
    [InlineData(LongestSide, 1)]
    public async Task Ask_ThinImage_AnswersAboutAllOfItAndAboutAPoint(int width, int height)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var client = (await fixture.StartAsync(cancellationToken)).Connect();
        var image = await client.UploadAsync(PngFile.Write(width, height, PngColor.Rgb, new byte[width * height * 3]), cancellationToken);
        Assert.Equal((width, height), (image.Width, image.Height));
        await using var chat = await client.StartConversationAsync(image, cancellationToken);

        Region[] regions = [Region.Pixels(1, 0, 0, width, height), Region.Pixels(2, 1, 1, 1, 1), Region.Normalized(3, 0, 0, 0, 1)];
        var answer = await chat.GetAnswerAsync("What are <region1>, <region2> and <region3>?", regions, Ask.Greedy, cancellationToken);

        Assert.Equal((256, 3), (answer.Usage.ImageTokens, answer.Usage.RegionTokens));
        Assert.InRange(answer.Usage.OutputTokens, 1, Ask.Greedy.MaxTokens!.Value);
    }

    [Theory]
    [MemberData(nameof(BadBoxes))]
    public async Task Ask_ImpossibleBox_NamesTheNumberAndTheNextQuestionIsAnswered(string what, double[] box, string edge, string reason)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var client = (await fixture.StartAsync(cancellationToken)).Connect();
        var image = await client.UploadAsync(PngFile.Write(32, 24, PngColor.Grey, new byte[32 * 24]), cancellationToken);
        await using var chat = await client.StartConversationAsync(image, cancellationToken);
        Region good = Region.Pixels(1, 0, 0, 5, 5), bad = Region.Pixels(2, box[0], box[1], box[2], box[3]);

        await Refusal.OfFieldAsync(
            $"new_regions[1].box.{edge}", reason, () => chat.GetAnswerAsync($"{what}: <region1> <region2>", [good, bad], Ask.Greedy, cancellationToken));
        await Refusal.OfFieldAsync(
            $"regions[0].box.{edge}", reason,
            async () => await client.DescribeRegionsAsync(image.Id, [bad], sampling: Ask.Greedy, cancellationToken: cancellationToken).ToListAsync(cancellationToken));

        Assert.Equal(1, (await chat.GetAnswerAsync("<region1>?", [good], Ask.Greedy, cancellationToken)).Usage.RegionTokens);
    }

    [Fact]
    public async Task Ask_AfterThinImages_RecordedAnswersAreUnchanged()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var client = (await fixture.StartAsync(cancellationToken)).Connect();
        var line = PngFile.Write(1, LongestSide, PngColor.Grey, new byte[LongestSide]);
        var image = await client.UploadAsync(line, cancellationToken);

        var odd = client.FirstAnswerAsync(image.Id, "<region1>", [Region.Pixels(1, 0, 7, 0, 7)], cancellationToken);
        await Task.WhenAll(odd, client.HoldGoldenAsync("two", 7000, cancellationToken), client.HoldGoldenAsync("wide", 7001, cancellationToken));

        Assert.NotEmpty(await odd);
    }
}
