using System.Security.Cryptography;
using GPT4RoI.Contracts.Images;
using GPT4RoI.Contracts.Keys;
using GPT4RoI.Contracts.Regions;

namespace GPT4RoI.Silo.Tests.Contracts;

public sealed class FeatureKeyTests
{
    private readonly FeatureKey _keys = new(RandomNumberGenerator.GetBytes(32));

    [Fact]
    public void ForRegion_BoxesWhoseTextsRunTogether_DoNotCollide()
    {
        string[] keys = [_keys.ForRegion("f", new(1, 23, 0, 0)), _keys.ForRegion("f", new(12, 3, 0, 0)), _keys.ForRegion("f1", new(2, 3, 0, 0))];

        Assert.Equal(3, keys.Distinct().Count());
        Assert.All(keys, key => Assert.Equal(64, key.Length));
    }

    [Fact]
    public void ForRegion_BoxDiffersInTheLastBit_IsAnotherKey() =>
        Assert.NotEqual(_keys.ForRegion("f", new RegionBox(0.1f, 0, 1, 1)), _keys.ForRegion("f", new RegionBox(MathF.BitIncrement(0.1f), 0, 1, 1)));

    [Fact]
    public void ForImage_SameBytesAsAnotherSize_IsAnotherKey()
    {
        var wide = Image(150, 30);
        Assert.NotEqual(_keys.ForImage("t", wide, "m"), _keys.ForImage("t", wide with { Width = 30, Height = 150 }, "m"));
    }

    [Fact]
    public void Keys_TenantModelAndSecret_AllCount()
    {
        var other = new FeatureKey(RandomNumberGenerator.GetBytes(32));
        var image = Image(150, 30);
        string[] keys =
        [
            _keys.ForImage("tenant-a", image, "m"), _keys.ForImage("tenant-b", image, "m"), _keys.ForImage("tenant-a", image, "m2"),
            other.ForImage("tenant-a", image, "m"), _keys.ImageId("tenant-a", image.ContentHash), _keys.ImageId("tenant-b", image.ContentHash),
        ];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.NotEqual(_keys.TenantSalt("tenant-a"), _keys.TenantSalt("tenant-b"));
    }

    private static ImageDescriptor Image(int width, int height) =>
        new("id", new string('0', 64), width, height, "image/png", 1, DateTimeOffset.UnixEpoch);
}
