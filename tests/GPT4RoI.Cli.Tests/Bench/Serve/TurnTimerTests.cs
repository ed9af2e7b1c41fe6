using GPT4RoI.Cli.Bench.Serve;
using GPT4RoI.Client;
using Microsoft.Extensions.Time.Testing;

namespace GPT4RoI.Cli.Tests.Bench.Serve;

public sealed class TurnTimerTests
{
    private static readonly Answer End = new("", FinishReason.Length, new Usage(10, 4, 1, 2, 6), new Timings(default, default, default, default, default, default));

    [Fact]
    public async Task Measure_TokensOneByOneAndBundled_SharesGapsEvenly()
    {
        var clock = new FakeTimeProvider();

        var sample = await TurnTimer.MeasureAsync(
            Answer(
                clock,
                (20, new StageUpdate(Stage.Queued)),
                (80, Tokens(2)),
                (30, Tokens(3)),
                (5, Tokens(0)), // text that lagged behind its tokens
                (5, Tokens(1)),
                (2, new FinishedUpdate(End))),
            clock);

        Assert.Equal((Ms(100), Ms(142), End.Usage), (sample.TimeToFirstToken, sample.EndToEnd, sample.Usage));
        Assert.Equal([Ms(10), Ms(10), Ms(10), Ms(10)], sample.InterTokenLatencies);
    }

    [Fact]
    public async Task Measure_NoTokensAtAll_TakesTheEndForTheFirst()
    {
        var clock = new FakeTimeProvider();
        var sample = await TurnTimer.MeasureAsync(Answer(clock, (50, new FinishedUpdate(End))), clock);
        Assert.Equal((Ms(50), Ms(50), 0), (sample.TimeToFirstToken, sample.EndToEnd, sample.InterTokenLatencies.Count));
    }

    private static async IAsyncEnumerable<AskUpdate> Answer(FakeTimeProvider clock, params (int AfterMs, AskUpdate Update)[] updates)
    {
        foreach (var (after, update) in updates)
        {
            await Task.Yield();
            clock.Advance(Ms(after));
            yield return update;
        }
    }

    private static TokensUpdate Tokens(int count) => new("x", [.. Enumerable.Range(0, count)], []);

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
