using CsCheck;
using GPT4RoI.Contracts.Images;
using GPT4RoI.Gateway.Admission;
using GPT4RoI.Gateway.Mapping;
using GPT4RoI.Gateway.Tests.Fixtures;

namespace GPT4RoI.Gateway.Tests.Admission;

public sealed class RegionRulesTests
{
    private static readonly ImageDescriptor Image = new("id", "hash", 320, 213, "image/png", 1, DateTimeOffset.UnixEpoch);

    [Theory]
    [InlineData(0, 0, 320, 213, 1)]
    [InlineData(10, 10, 10, 10, 1)]
    [InlineData(0, 0, 1, 1, 2)]
    [InlineData(1, 1, 1, 1, 2)]
    public void Check_BoxInside_Passes(double x1, double y1, double x2, double y2, int space) =>
        Assert.Null(RegionRules.Check([Calls.Region(1, x1, y1, x2, y2, (V1.CoordinateSpace)space)], Image, "r"));

    [Theory]
    [InlineData(0, 0, 320.5, 213, 1, "x2", "320.5")]
    [InlineData(0, 0, 320, 214, 1, "y2", "213")]
    [InlineData(-0.1, 0, 320, 213, 1, "x1", "-0.1")]
    [InlineData(0, 0, 1.5, 1, 2, "x2", "1.5")]
    [InlineData(10, 20, 110, 140, 2, "x1", "10")] // pixels said to be fractions
    [InlineData(double.NaN, 0, 1, 1, 2, "x1", "NaN")]
    [InlineData(0, double.NaN, 1, 1, 2, "y1", "NaN")]
    [InlineData(0, 0, double.PositiveInfinity, 1, 2, "x2", "Infinity")]
    [InlineData(0, 0, 1, double.NegativeInfinity, 1, "y2", "-Infinity")]
    [InlineData(0.6, 0, 0.5, 1, 2, "x2", "0.6")]
    [InlineData(0, 200, 10, 100, 1, "y2", "200")]
    [InlineData(0, 0, 1, 1, 0, "space", "COORDINATE_SPACE_PIXELS")]
    [InlineData(0, 0, 1, 1, 7, "space", "COORDINATE_SPACE_NORMALIZED")]
    public void Check_BadBox_NamesTheNumberAndTheLimit(double x1, double y1, double x2, double y2, int space, string field, string named)
    {
        var good = Calls.Region(1, 0, 0, 1, 1);
        var error = RegionRules.Check([good, Calls.Region(2, x1, y1, x2, y2, (V1.CoordinateSpace)space)], Image, "new_regions");
        Assert.Equal($"new_regions[1].box.{field}", error?.Field);
        Assert.Contains(named, error?.Message);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1000u)]
    [InlineData(uint.MaxValue)]
    public void Check_IdOutOfRange_IsNamed(uint id) => Assert.Equal("r[0].id", RegionRules.Check([Calls.Region(id, 0, 0, 1, 1)], Image, "r")?.Field);

    [Fact]
    public void Check_IdTwice_IsNamed() =>
        Assert.Equal("r[1].id", RegionRules.Check([Calls.Region(999, 0, 0, 1, 1), Calls.Region(999, 0, 0, 1, 1)], Image, "r")?.Field);

    [Fact]
    public void Check_NoBox_IsNamed() => Assert.Equal("r[0].box", RegionRules.Check([new V1.Region { Id = 1 }], Image, "r")?.Field);

    [Fact]
    public void Check_SixtyFiveRegions_NamesLimitAndCount()
    {
        var regions = Enumerable.Range(1, 65).Select(id => Calls.Region((uint)id, 0, 0, 1, 1)).ToList();
        Assert.Null(RegionRules.Check(regions[..64], Image, "r"));
        var error = RegionRules.Check(regions, Image, "r");
        Assert.Equal("r", error?.Field);
        Assert.Contains("65", error?.Message);
        Assert.Contains("64", error?.Message);
    }

    [Fact]
    public void ToContracts_WhateverPasses_IsOrderedAndWithinZeroAndOne() =>
        Gen.Select(Gen.Int[1, 70_000], Gen.Int[1, 70_000], Gen.Double[0, 1], Gen.Double[0, 1], Gen.Double[0, 1], Gen.Double[0, 1]).Sample((width, height, a, b, c, d) =>
        {
            var image = Image with { Width = width, Height = height };
            var region = Calls.Region(1, Math.Min(a, b) * width, Math.Min(c, d) * height, Math.Max(a, b) * width, Math.Max(c, d) * height, V1.CoordinateSpace.Pixels);
            Assert.Null(RegionRules.Check([region], image, "r"));
            var box = new[] { region }.ToContracts(image)[0].Box;
            return box is { X1: >= 0, Y1: >= 0, X2: <= 1, Y2: <= 1 } && box.X1 <= box.X2 && box.Y1 <= box.Y2;
        });

    [Fact]
    public void ToContracts_Pixels_AreDividedInDoubleAndRoundedOnce()
    {
        var box = new[] { Calls.Region(1, 107, 71, 214.3, 142.6, V1.CoordinateSpace.Pixels) }.ToContracts(Image)[0].Box;
        Assert.Equal([0.334375f, 0.33333334f, 0.6696875f, 0.66948354f], [box.X1, box.Y1, box.X2, box.Y2]); // numpy: (np.float64(v) / side).astype(np.float32)
    }
}
