using GPT4RoI.Contracts.Errors;
using GPT4RoI.Contracts.Images;
using GPT4RoI.Contracts.Keys;
using GPT4RoI.Contracts.Store;
using GPT4RoI.Contracts.Vision;
using GPT4RoI.Silo.Tests.Support;

namespace GPT4RoI.Silo.Tests.Grains;

public sealed class EncoderGrainTests(SiloFixture fixture)
{
    private const string Tenant = "tenant-a";

    [Fact]
    public async Task EnsureEncoded_HundredCallersAtOnce_OneEncode()
    {
        var silo = await fixture.StartAsync();
        var image = await silo.UploadAsync(Tenant, Tiny.Picture("cat_451x300.png"), 10);
        using var encodes = VisionWork.CountImages();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => EnsureAsync(silo, image)));

        Assert.All(outcomes, outcome => Assert.Null(outcome.Error));
        Assert.Equal(1, encodes.Total);
        Assert.True((await EnsureAsync(silo, image)).Value!.AlreadyThere);
        Assert.Equal(1, encodes.Total);
    }

    [Fact]
    public async Task EnsureEncoded_LevelEvicted_EncodesAgain()
    {
        var silo = await fixture.StartAsync();
        var image = await silo.UploadAsync(Tenant, Tiny.Picture("cat_451x300.png"), 11);
        await EnsureAsync(silo, image);
        await silo.Store.KeyDeleteAsync(GrainKeys.Level(silo.KeyOf(Tenant, image), 1));

        Assert.False((await EnsureAsync(silo, image)).Value!.AlreadyThere);

        Assert.True(await silo.Store.KeyExistsAsync(GrainKeys.Level(silo.KeyOf(Tenant, image), 1)));
    }

    [Fact]
    public async Task EnsureEncoded_BytesThatAreNoImage_IsRefusedAndNotTriedAgain()
    {
        var silo = await fixture.StartAsync();
        byte[] bytes = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. new byte[200]];
        var image = await silo.UploadAsync(Tenant, bytes, 12);

        Assert.Equal(("IMAGE_UNDECODABLE", ErrorCode.InvalidArgument), Reason(await EnsureAsync(silo, image)));

        // were it tried again, it would now find that the upload is gone
        await silo.Store.KeyDeleteAsync(GrainKeys.Media(Tenant, image.ImageId));
        Assert.Equal(("IMAGE_UNDECODABLE", ErrorCode.InvalidArgument), Reason(await EnsureAsync(silo, image)));
    }

    [Fact]
    public async Task EnsureEncoded_UploadGoneOrDamaged_SaysSo()
    {
        var silo = await fixture.StartAsync();
        var image = await silo.UploadAsync(Tenant, Tiny.Picture("cat_451x300.png"), 13);
        await silo.Store.StringSetAsync(GrainKeys.Media(Tenant, image.ImageId), "not an envelope");
        Assert.Equal(("IMAGE_NOT_FOUND", ErrorCode.NotFound), Reason(await EnsureAsync(silo, image)));

        await silo.Store.KeyDeleteAsync(GrainKeys.Media(Tenant, image.ImageId));
        Assert.Equal(("IMAGE_NOT_FOUND", ErrorCode.NotFound), Reason(await EnsureAsync(silo, image)));
    }

    [Fact]
    public async Task EnsureEncoded_KeyOfAnotherTenantsImage_IsRefused()
    {
        var silo = await fixture.StartAsync();
        var mine = await silo.UploadAsync(Tenant, Tiny.Picture("cat_451x300.png"), 14);
        var theirs = await silo.UploadAsync("tenant-b", Tiny.Picture("cat_451x300.png"), 14);

        var outcome = await silo.Grains.GetGrain<IEncoderGrain>(silo.KeyOf("tenant-b", theirs))
            .EnsureEncodedAsync(new MediaRef(Tenant, mine.ImageId), TestContext.Current.CancellationToken);

        Assert.Equal("MODEL_MISMATCH", outcome.Error?.Reason);
        Assert.False(await silo.Store.KeyExistsAsync(GrainKeys.Level(silo.KeyOf("tenant-b", theirs), 0)));
    }

    [Fact]
    public async Task EnsureEncoded_SamePixelsAsAnotherSize_AreTwoImages()
    {
        var silo = await fixture.StartAsync();
        var picture = Tiny.Picture("cat_451x300.png");
        var upright = await silo.UploadAsync(Tenant, picture, 15);
        var rotated = upright with { Width = upright.Height, Height = upright.Width };
        await EnsureAsync(silo, upright);

        await silo.Store.StringSetAsync(GrainKeys.Media(Tenant, upright.ImageId), MediaEnvelope.Write(rotated, picture));

        Assert.False((await EnsureAsync(silo, rotated)).Value!.AlreadyThere);
    }

    private static Task<Outcome<EncodeReport>> EnsureAsync(LiveSilo silo, ImageDescriptor image) => silo.Grains.GetGrain<IEncoderGrain>(silo.KeyOf(Tenant, image))
        .EnsureEncodedAsync(new MediaRef(Tenant, image.ImageId), TestContext.Current.CancellationToken);

    private static (string?, ErrorCode?) Reason<T>(Outcome<T> outcome) => (outcome.Error?.Reason, outcome.Error?.Code);
}
