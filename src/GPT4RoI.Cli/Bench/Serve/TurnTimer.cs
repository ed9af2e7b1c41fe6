using GPT4RoI.Client;

namespace GPT4RoI.Cli.Bench.Serve;

/// <summary>Takes the times of one answer.</summary>
internal static class TurnTimer
{
    /// <exception cref="Gpt4RoiException">The answer failed.</exception>
    public static async Task<TurnSample> MeasureAsync(IAsyncEnumerable<AskUpdate> answer, TimeProvider time)
    {
        var start = time.GetTimestamp();
        TimeSpan? first = null;
        var last = TimeSpan.Zero;
        var gaps = new List<TimeSpan>();
        Usage? usage = null;
        await foreach (var update in answer)
        {
            if (update is FinishedUpdate finished)
            {
                usage = finished.Answer.Usage;
            }
            if (update is not TokensUpdate { TokenIds.Count: > 0 and var count })
            {
                continue;
            }
            var now = time.GetElapsedTime(start);
            if (first is null)
            {
                first = now;
            }
            else
            {
                gaps.AddRange(Enumerable.Repeat((now - last) / count, count));
            }
            last = now;
        }
        var end = time.GetElapsedTime(start);
        return new TurnSample(first ?? end, gaps, end, usage!); // a stream without an end has thrown
    }
}
