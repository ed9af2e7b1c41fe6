using CsCheck;
using GPT4RoI.Contracts.Images;
using GPT4RoI.Contracts.Keys;
using GPT4RoI.Contracts.Regions;

namespace GPT4RoI.Gateway.Tests.Keys;

/// <summary>Cache keys: any difference in what they stand for, and only that, changes them.</summary>
public sealed class FeatureKeyTests
{
    private static readonly FeatureKey Keys = new(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray());

    private static readonly Gen<string> Text = Gen.String[Gen.Char["abc0x/:"], 0, 6];

    private static readonly Gen<(string Tenant, ImageDescriptor Image, string Model)> Inputs =
        Gen.Select(Text, Text, Gen.Int[1, 12], Gen.Int[1, 12], Text, (tenant, hash, width, height, model) =>
            (tenant, new ImageDescriptor("id", hash, width, height, "image/png", 1, DateTimeOffset.UnixEpoch), model));

    [Fact]
    public void ForImage_AnyTwoInputs_KeysAreEqualExactlyIfInputsAre() => Gen.Select(Inputs, Inputs).Sample((left, right) =>
    {
        var same = left == right;
        return same == (Keys.ForImage(left.Tenant, left.Image, left.Model) == Keys.ForImage(right.Tenant, right.Image, right.Model));
    });

    [Fact]
    public void ImageId_AnyTwoInputs_IdsAreEqualExactlyIfInputsAre() => Gen.Select(Text, Text, Text, Text).Sample((tenantA, hashA, tenantB, hashB) =>
        (tenantA == tenantB && hashA == hashB) == (Keys.ImageId(tenantA, hashA) == Keys.ImageId(tenantB, hashB)));

    [Theory]
    [InlineData("a", "bc", "ab", "c")] // the bytes joined are the same
    [InlineData("", "abc", "abc", "")]
    [InlineData("t/", "x", "t", "/x")]
    public void ImageId_FieldsCutDifferently_Differ(string tenantA, string hashA, string tenantB, string hashB) =>
        Assert.NotEqual(Keys.ImageId(tenantA, hashA), Keys.ImageId(tenantB, hashB));

    [Fact]
    public void ForImage_SidesSwapped_Differs()
    {
        var image = new ImageDescriptor("id", "hash", 30, 150, "image/png", 1, DateTimeOffset.UnixEpoch);
        Assert.NotEqual(Keys.ForImage("t", image, "m"), Keys.ForImage("t", image with { Width = 150, Height = 30 }, "m"));
        Assert.NotEqual(
            Keys.ForImage("t", image with { Width = 1, Height = 23 }, "m"),
            Keys.ForImage("t", image with { Width = 12, Height = 3 }, "m"));
    }

    [Fact]
    public void ForRegion_AnyTwoBoxes_KeysAreEqualExactlyIfBitsAre()
    {
        var boxes = Gen.Select(Gen.Single[0, 1], Gen.Single[0, 1], Gen.Single[0, 1], Gen.Single[0, 1], (a, b, c, d) => new RegionBox(a, b, c, d));
        Gen.Select(boxes, boxes).Sample((left, right) => (left == right) == (Keys.ForRegion("f", left) == Keys.ForRegion("f", right)));
        Assert.NotEqual(Keys.ForRegion("f", new(0, 0, 1, 1)), Keys.ForRegion("f", new(0, 0, 1, MathF.BitDecrement(1))));
    }

    [Fact]
    public void EveryKey_Is256Bits()
    {
        var image = new ImageDescriptor("id", "hash", 30, 150, "image/png", 1, DateTimeOffset.UnixEpoch);
        var key = Keys.ForImage("t", image, "m");
        Assert.All([key, Keys.ImageId("t", "h"), Keys.ForRegion(key, new(0, 0, 1, 1))], text => Assert.Equal(32, Convert.FromHexString(text).Length));
    }
}
