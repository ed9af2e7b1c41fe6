using GPT4RoI.Cli.Bench;

namespace GPT4RoI.Cli.Tests.Bench;

public sealed class PercentilesTests
{
    [Theory]
    [InlineData(new double[] { 7 }, 7, 7, 7, 7, 7)]
    [InlineData(new double[] { 20, 10 }, 15, 19, 19.9, 15, 20)]
    [InlineData(new double[] { 3, 1, 2 }, 2, 2.8, 2.98, 2, 3)]
    [InlineData(new double[] { 10, 9, 8, 7, 6, 5, 4, 3, 2, 1 }, 5.5, 9.1, 9.91, 5.5, 10)]
    [InlineData(new double[] { 4, 4, 4, 4, 100 }, 4, 61.6, 96.16, 23.2, 100)]
    public void Of_Samples_GivesTheValuesWorkedOutByHand(double[] samples, double p50, double p90, double p99, double mean, double max) =>
        Assert.Equal(new Percentiles(p50, p90, p99, mean, max), Percentiles.Of(samples));

    [Fact]
    public void Of_NoSamples_IsNull() => Assert.Null(Percentiles.Of([]));

    [Fact]
    public void OfMilliseconds_TimeSpans_CountsInMilliseconds() =>
        Assert.Equal(new Percentiles(1500, 1500, 1500, 1500, 1500), Percentiles.OfMilliseconds([TimeSpan.FromSeconds(1.5)]));
}
