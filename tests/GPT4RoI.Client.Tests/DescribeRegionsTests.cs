using GPT4RoI.Client.Tests.Fakes;
using Grpc.Core;

namespace GPT4RoI.Client.Tests;

public sealed class DescribeRegionsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DescribeRegions_OneFails_TheOthersAnswer()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        Region[] regions = [Region.Pixels(1, 0, 0, 5, 5), Region.Pixels((int)FakeRegions.UnluckyRegion, 9999, 0, 9999, 5), Region.Pixels(2, 1, 1, 2, 2)];

        var updates = await client.DescribeRegionsAsync("img", regions, cancellationToken: Cancellation).ToListAsync(Cancellation);

        var texts = updates.GroupBy(update => update.RegionId).ToDictionary(group => group.Key, group => string.Concat(group.Select(one => one.Update.Text)));
        Assert.Equal((FakeAnswer.Text, FakeAnswer.Text, ""), (texts[1], texts[2], texts[13]));
        Assert.Equal([1, 2], updates.Where(update => update.Update is FinishedUpdate).Select(update => update.RegionId));
        Assert.Equal(
            new FailedUpdate(StatusCode.InvalidArgument, "BOX_OUTSIDE_IMAGE", "The box lies outside the image.", "regions[1].box"),
            updates.Single(update => update.RegionId == 13).Update);
    }

    [Fact]
    public async Task DescribeRegions_UnavailableAtFirst_IsRetried()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        gateway.FailNext("DescribeRegions", Failures.Unavailable());

        var updates = await client.DescribeRegionsAsync("img", [Region.Pixels(1, 0, 0, 5, 5)], cancellationToken: Cancellation).ToListAsync(Cancellation);

        Assert.Equal(2, gateway.CallsOf("DescribeRegions"));
        Assert.IsType<FinishedUpdate>(updates[^1].Update);
    }
}
