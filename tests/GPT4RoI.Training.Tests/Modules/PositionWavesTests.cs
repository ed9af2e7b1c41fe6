using GPT4RoI.Training.Modules;

namespace GPT4RoI.Training.Tests.Modules;

public sealed class PositionWavesTests
{
    private const int Width = 128;

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    public void Table_EveryPatch_IsNearerToItsNeighboursThanToAnyPatchThreeAway(int grid)
    {
        var rows = PositionWaves.Table(grid, Width, 0.5).Chunk(Width).Skip(1).ToArray();

        for (var patch = 0; patch < rows.Length; patch++)
        {
            var others = Enumerable.Range(0, rows.Length).ToLookup(other => Distance(patch, other), other => Product(rows[patch], rows[other]));
            Assert.True(Product(rows[patch], rows[patch]) > others[1].Max());
            Assert.True(others[1].Min() > others.Where(group => group.Key >= 3).SelectMany(group => group).Max());
        }

        int Distance(int one, int other) => Math.Abs((one % grid) - (other % grid)) + Math.Abs((one / grid) - (other / grid));
    }

    [Fact]
    public void Table_Patches_HaveTheWantedDeviationAndMeanZeroInEveryChannel()
    {
        var rows = PositionWaves.Table(8, Width, 0.5).Chunk(Width).Skip(1).ToArray();

        Assert.All(Enumerable.Range(0, Width), channel => Assert.Equal(0, rows.Average(row => row[channel]), 1e-6));
        Assert.Equal(0.25, rows.SelectMany(row => row).Average(value => (double)value * value), 1e-6);
    }

    [Fact]
    public void Table_ClassToken_HasNoPosition() => Assert.All(PositionWaves.Table(8, Width, 0.5).Take(Width), value => Assert.Equal(0, value));

    [Fact]
    public void Table_SinglePatch_HasNoPosition() => Assert.All(PositionWaves.Table(1, 8, 0.5), value => Assert.Equal(0, value));

    private static double Product(float[] one, float[] other) => one.Zip(other, (a, b) => (double)a * b).Sum();
}
