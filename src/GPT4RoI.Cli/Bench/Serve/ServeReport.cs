using GPT4RoI.Cli.Output;
using GPT4RoI.Client;

namespace GPT4RoI.Cli.Bench.Serve;

/// <summary>The JSON document of <c>bench serve</c>.</summary>
internal sealed record ServeReport(
    string Server,
    ModelInfo Model,
    ServeWorkload Workload,
    PlanFigures Plan,
    double DurationS,
    RequestFigures Requests,
    TokenFigures Tokens,
    Percentiles? TtftMs,
    Percentiles? ItlMs,
    Percentiles? E2eMs,
    double CachedTokenShare)
{
    public static ServeReport Create(string server, ModelInfo model, ServeWorkload workload, ServePlan plan, ServeMeasurement measured)
    {
        var samples = measured.Samples;
        var (input, cached, output) = (
            samples.Sum(sample => (long)sample.Usage.InputTokens),
            samples.Sum(sample => (long)sample.Usage.CachedTokens),
            samples.Sum(sample => (long)sample.Usage.OutputTokens));
        var errors = measured.Errors.OrderBy(error => error.Key).ToDictionary(error => FailureReport.CodeName(error.Key), error => error.Value);
        return new ServeReport(
            server,
            model,
            workload,
            new PlanFigures(plan.Conversations.Count, plan.Conversations.Select(one => one.Image).Distinct().Count(), Round(plan.ImageReuseShare)),
            Round(measured.Duration.TotalSeconds),
            new RequestFigures(samples.Count, errors.Values.Sum(), errors, PerSecond(samples.Count, measured.Duration)),
            new TokenFigures(
                input,
                samples.Sum(sample => (long)sample.Usage.ImageTokens),
                samples.Sum(sample => (long)sample.Usage.RegionTokens),
                cached,
                output,
                PerSecond(output, measured.Duration)),
            Percentiles.OfMilliseconds(samples.Select(sample => sample.TimeToFirstToken)),
            Percentiles.OfMilliseconds(samples.SelectMany(sample => sample.InterTokenLatencies)),
            Percentiles.OfMilliseconds(samples.Select(sample => sample.EndToEnd)),
            input == 0 ? 0 : Round((double)cached / input));
    }

    private static double PerSecond(long count, TimeSpan duration) => Round(count / duration.TotalSeconds);

    private static double Round(double value) => Math.Round(value, 3);
}

/// <summary>What the workload came to.</summary>
internal sealed record PlanFigures(int Conversations, int Images, double ImageReuseShare);

/// <summary>Questions, by outcome.</summary>
internal sealed record RequestFigures(int Completed, int Failed, IReadOnlyDictionary<string, int> Errors, double CompletedPerS);

/// <summary>Tokens of the answered questions, as the server counted them.</summary>
internal sealed record TokenFigures(long Input, long Image, long Region, long Cached, long Output, double OutputPerS);
