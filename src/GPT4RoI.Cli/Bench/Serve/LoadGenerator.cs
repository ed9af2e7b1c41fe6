using System.Collections.Concurrent;
using GPT4RoI.Cli.Chat;
using GPT4RoI.Client;
using Grpc.Core;

namespace GPT4RoI.Cli.Bench.Serve;

/// <summary>Holds the planned conversations, so many at a time or at their planned times, and measures every question.</summary>
internal sealed class LoadGenerator(Gpt4RoiClient client, ServeWorkload workload, ServePlan plan, Func<int, byte[]> image, TimeProvider time)
{
    private readonly ConcurrentQueue<TurnSample> _samples = new();
    private readonly ConcurrentDictionary<StatusCode, int> _errors = new();
    private readonly ConcurrentDictionary<int, Lazy<Task<ImageInfo>>> _uploads = new();

    /// <param name="answered">Called after each question, answered or not.</param>
    /// <param name="cancellationToken">Stops the run, and with it every answer under way.</param>
    public async Task<ServeMeasurement> RunAsync(Action answered, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var indexes = Enumerable.Range(0, plan.Conversations.Count);
        if (workload.Rate is null)
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = workload.Concurrency, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(indexes, options, async (index, token) => await HoldAsync(index, answered, token));
        }
        else
        {
            await Task.WhenAll(indexes.Select(index => HoldAtItsTimeAsync(index, start, answered, cancellationToken)));
        }
        return new ServeMeasurement([.. _samples], _errors, time.GetElapsedTime(start));
    }

    private async Task HoldAtItsTimeAsync(int index, long start, Action answered, CancellationToken cancellationToken)
    {
        var wait = plan.Conversations[index].Start - time.GetElapsedTime(start);
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, cancellationToken);
        }
        await HoldAsync(index, answered, cancellationToken);
    }

    private async Task HoldAsync(int index, Action answered, CancellationToken cancellationToken)
    {
        var planned = plan.Conversations[index];
        var started = await CountErrorsAsync(async () => await client.StartConversationAsync(
            await UploadAsync(planned.Image, cancellationToken), cancellationToken), planned.Turns.Count);
        if (started is null)
        {
            for (var turn = 0; turn < planned.Turns.Count; turn++)
            {
                answered();
            }
            return;
        }
        await using var conversation = started;
        var ledger = new RegionLedger();
        foreach (var region in plan.Regions[index])
        {
            ledger.Define(region);
        }
        foreach (var turn in planned.Turns)
        {
            await AskAsync(conversation, ledger, turn, cancellationToken);
            answered();
        }
    }

    private async Task AskAsync(Conversation conversation, RegionLedger ledger, PlannedTurn turn, CancellationToken cancellationToken)
    {
        var newRegions = ledger.NewIn(turn.Question);
        var sampling = new SamplingOptions { MaxTokens = workload.OutputTokens, IgnoreEos = true, Seed = turn.Seed };
        var sample = await CountErrorsAsync(
            () => TurnTimer.MeasureAsync(conversation.AskAsync(turn.Question, newRegions, sampling, cancellationToken), time), questions: 1);
        if (sample is not null)
        {
            ledger.Accept(newRegions);
            _samples.Enqueue(sample);
        }
    }

    /// <summary>Each image is uploaded once, when the first conversation about it begins.</summary>
    private Task<ImageInfo> UploadAsync(int number, CancellationToken cancellationToken) => _uploads.GetOrAdd(
        number, key => new Lazy<Task<ImageInfo>>(() => client.UploadImageAsync(new MemoryStream(image(key)), cancellationToken))).Value;

    /// <summary>Null if it failed; then <paramref name="questions"/> questions count as failed.</summary>
    private async Task<T?> CountErrorsAsync<T>(Func<Task<T>> work, int questions) where T : class
    {
        try
        {
            return await work();
        }
        catch (Gpt4RoiException failure)
        {
            _errors.AddOrUpdate(failure.Code, questions, (_, count) => count + questions);
            return null;
        }
    }
}
