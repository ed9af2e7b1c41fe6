using GPT4RoI.Contracts.Errors;
using GPT4RoI.Contracts.Images;
using GPT4RoI.Contracts.Keys;
using GPT4RoI.Contracts.Regions;
using GPT4RoI.Contracts.Vision;
using GPT4RoI.Silo.Tests.Support;

namespace GPT4RoI.Silo.Tests.Grains;

public sealed class RoiGrainTests(SiloFixture fixture)
{
    private const string Tenant = "tenant-a";
    private static readonly RegionBox Box = new(0.1f, 0.2f, 0.5f, 0.6f), Other = new(0, 0, 1, 1);

    [Fact]
    public async Task EnsureExtracted_ManyCallersSameBoxes_OneExtractionAndNoEncodeByHand()
    {
        var silo = await fixture.StartAsync();
        var image = await silo.UploadAsync(Tenant, Tiny.Picture("cat_451x300.png"), 30);
        using var requests = VisionWork.CountRegionRequests();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => EnsureAsync(silo, image, Box, Other)));

        Assert.All(outcomes, outcome => Assert.Equal(Keys(silo, image, Box, Other), outcome.Value));
        Assert.Equal(1, requests.Total);
        Assert.All(outcomes[0].Value!, key => Assert.True(silo.Store.KeyExists(GrainKeys.RegionVector(key))));
    }

    [Fact]
    public async Task EnsureExtracted_SomeAreThereAndOneTwice_ComputesTheMissingOne()
    {
        var silo = await fixture.StartAsync();
        var image = await silo.UploadAsync(Tenant, Tiny.Picture("cat_451x300.png"), 31);
        await EnsureAsync(silo, image, Box);
        var before = await silo.Store.StringGetAsync(GrainKeys.RegionVector(Keys(silo, image, Box)[0]));

        var outcome = await EnsureAsync(silo, image, Other, Box, Other);

        Assert.Equal(Keys(silo, image, Other, Box, Other), outcome.Value);
        Assert.Equal(before, await silo.Store.StringGetAsync(GrainKeys.RegionVector(Keys(silo, image, Box)[0])));
    }

    [Fact]
    public async Task EnsureExtracted_ImageGone_SaysSo()
    {
        var silo = await fixture.StartAsync();
        var image = await silo.UploadAsync(Tenant, Tiny.Picture("cat_451x300.png"), 32);
        await silo.Store.KeyDeleteAsync(GrainKeys.Media(Tenant, image.ImageId));

        Assert.Equal("IMAGE_NOT_FOUND", (await EnsureAsync(silo, image, Box)).Error?.Reason);
    }

    private static string[] Keys(LiveSilo silo, ImageDescriptor image, params RegionBox[] boxes) =>
        [.. boxes.Select(box => silo.Keys.ForRegion(silo.KeyOf(Tenant, image), box))];

    private static Task<Outcome<IReadOnlyList<string>>> EnsureAsync(LiveSilo silo, ImageDescriptor image, params RegionBox[] boxes) =>
        silo.Grains.GetGrain<IRoiGrain>(silo.KeyOf(Tenant, image))
            .EnsureExtractedAsync(new MediaRef(Tenant, image.ImageId), boxes, TestContext.Current.CancellationToken);
}
