using GPT4RoI.Model.Vision;
using GPT4RoI.Training.Datasets;
using GPT4RoI.Training.Instructions;

namespace GPT4RoI.Training.Tests.Datasets;

public sealed class MixedDatasetTests
{
    [Fact]
    public void Get_RatioOne_GivesEveryRecordOnceInMixedOrder()
    {
        var mixed = Mix(1, (new Counting("a", 20), 1), (new Counting("b", 30), 1));

        var names = Epoch(mixed, 0);
        Assert.Equal("a+b", mixed.Name);
        Assert.Equal(50, names.Distinct().Count());
        Assert.Contains(names.Take(20), name => name[0] == 'b');
        Assert.Contains(names.Take(20), name => name[0] == 'a');
    }

    [Fact]
    public void Get_SameSeed_GivesTheSameOrder()
    {
        string[] Order(int seed) => Epoch(Mix(seed, (new Counting("a", 20), 0.5), (new Counting("b", 30), 2)), 9);

        Assert.Equal(Order(3), Order(3));
        Assert.NotEqual(Order(3), Order(4));
    }

    [Fact]
    public void Get_RatioAboveOne_RepeatsEvenly()
    {
        var counts = Epoch(Mix(1, (new Counting("a", 10), 2.5)), 0).CountBy(name => name).Select(pair => pair.Value).ToArray();

        Assert.Equal(25, counts.Sum());
        Assert.All(counts, count => Assert.InRange(count, 2, 3));
    }

    [Fact]
    public void Get_RatioBelowOne_ReachesAllRecordsOverEpochs()
    {
        var mixed = Mix(1, (new Counting("a", 10), 0.25));

        Assert.Equal(2, mixed.Count);
        Assert.All(Enumerable.Range(0, 20), epoch => Assert.Equal(2, Epoch(mixed, epoch).Distinct().Count()));
        Assert.Equal(10, Enumerable.Range(0, 100).SelectMany(epoch => Epoch(mixed, epoch)).Distinct().Count());
    }

    [Fact]
    public void Constructor_EmptySet_TakesNoPlace() => Assert.Equal(3, Mix(1, (new Counting("a", 0), 0.1), (new Counting("b", 3), 1)).Count);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(1e12)]
    public void Constructor_RatioThatIsNone_IsRefused(double ratio) => Assert.Throws<ArgumentException>(() => Mix(1, (new Counting("a", 5), ratio)));

    private static MixedDataset Mix(int seed, params (IInstructionDataset, double)[] parts) => new(parts, seed);

    private static string[] Epoch(MixedDataset dataset, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, dataset.Count).Select(index => dataset.Get(index, random)!.Turns[0].Assistant)];
    }

    private sealed class Counting(string name, int count) : IInstructionDataset
    {
        public string Name => name;

        public int Count => count;

        public InstructionSample Get(int index, Random random)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
            return new InstructionSample(new PixelSource(new DecodedImage(1, 1, new byte[3])), [], [new InstructionTurn("?", $"{name}{index}")]);
        }
    }
}
