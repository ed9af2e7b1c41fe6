using GPT4RoI.Model.Regions;
using GPT4RoI.Training.Vision;

namespace GPT4RoI.Training.Tests.Vision;

public sealed class DenseBatchTests
{
    private const int Grid = 4, Classes = 3;

    [Fact]
    public void Create_Boxes_SayWhereTheyAre()
    {
        var batch = DenseBatch.Create(
            SmallModel.Config, Classes, [Sample(new BoundingBox(0, 0, 0.5f, 0.4f), new BoundingBox(0.5f, 0.75f, 1, 1)), Sample(new BoundingBox(0.9f, 0, 1, 1))]);

        float[] places = [-0.25f, -0.3f, 0.301105f, 0.077961f, 0.25f, 0.375f, 0.301105f, -0.392042f, 0.45f, 0, -1.308333f, 0.994252f]; // 0.37 is usual
        Assert.All(places.Zip(batch.BoxPlaces), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    [Fact]
    public void Create_BoxWithoutWidth_HasAFinitePlace() =>
        Assert.All(DenseBatch.Create(SmallModel.Config, Classes, [Sample(new BoundingBox(0.5f, 0.5f, 0.5f, 0.5f))]).BoxPlaces, value => Assert.True(float.IsFinite(value)));

    [Fact]
    public void Create_WithoutRegions_KeepsThePatches()
    {
        var batch = DenseBatch.Create(SmallModel.Config, Classes, [Sample(new BoundingBox(0, 0, 1, 1))], withRegions: false);

        Assert.Null(batch.Regions);
        Assert.Equal(Grid * Grid, batch.Patches.Classes.Length);
    }

    [Theory]
    [InlineData(9, true)]
    [InlineData(10, false)]
    [InlineData(-1, false)]
    public void Create_NumberOrCountOfObjects_IsAtMostNine(int number, bool fits)
    {
        var (numbered, counted) = (Sample(new BoundingBox(0, 0, 1, 1)), Sample(new BoundingBox(0, 0, 1, 1)));
        numbered.Patches.Numbers[5] = number;
        counted.Patches.Counts[5] = number;

        foreach (var sample in new[] { numbered, counted })
        {
            var exception = Record.Exception(() => DenseBatch.Create(SmallModel.Config, Classes, [sample]));

            Assert.Equal(fits ? null : typeof(InvalidDataException), exception?.GetType());
        }
    }

    [Fact]
    public void Create_PatchesWithoutCounts_AreRefused()
    {
        var sample = Sample(new BoundingBox(0, 0, 1, 1));

        var exception = Assert.Throws<InvalidDataException>(
            () => DenseBatch.Create(SmallModel.Config, Classes, [sample with { Patches = sample.Patches with { Counts = [] } }]));

        Assert.Contains("16 numbers, 0 counts", exception.Message, StringComparison.Ordinal);
    }

    private static DenseSample Sample(params BoundingBox[] boxes) => new(
        new float[3 * 32 * 32], new(new int[Grid * Grid], new int[Grid * Grid], new int[Grid * Grid], new float[2 * Grid * Grid]), boxes, [.. boxes.Select(_ => 1)]);
}
