using System.Diagnostics;
using System.Diagnostics.Metrics;
using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Contracts.Errors;

namespace GPT4RoI.Gateway.Hosting;

/// <summary>Every metric of a gateway. Names of the OpenTelemetry GenAI conventions where they have one; times in seconds.</summary>
internal sealed class GatewayInstruments
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "GPT4RoI.Gateway";

    private static readonly double[] DurationBuckets = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, 163.84];

    // Why an open answer loses its node. An alert does not see the first increment of a series that begins with it, so they begin with 0.
    private static readonly string[] Outages = ["INTERRUPTED", "CLUSTER_UNAVAILABLE", "CLUSTER_TIMEOUT", ClusterError.NodeStopping];

    private readonly UpDownCounter<long> _streams;
    private readonly Counter<long> _failovers;
    private readonly Counter<long> _tokens;
    private readonly Histogram<double> _duration;

    public GatewayInstruments(IMeterFactory factory)
    {
        var meter = factory.Create(MeterName);
        _streams = meter.CreateUpDownCounter<long>("gpt4roi.gateway.streams.open", "{stream}", "Answers that are being streamed.");
        _failovers = meter.CreateCounter<long>("gpt4roi.gateway.failovers", "{failover}", "Times an open answer was asked for at another node, by reason.");
        _tokens = meter.CreateCounter<long>("gpt4roi.gateway.tokens", "{token}", "Tokens of finished answers, by tenant and type: input, cached (of the input), output.");
        _duration = meter.CreateHistogram<double>(
            "gen_ai.server.request.duration", "s", "Question to last token.", tags: null,
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationBuckets });
    }

    /// <summary>A stream begins.</summary>
    public void StreamOpened()
    {
        _streams.Add(1);
        foreach (var outage in Outages)
        {
            _failovers.Add(0, Because(outage));
        }
    }

    /// <summary>A stream is over.</summary>
    /// <param name="duration">How long it took.</param>
    /// <param name="error">Status that it failed with; null for a good end.</param>
    public void StreamClosed(TimeSpan duration, string? error)
    {
        _streams.Add(-1);
        var tags = new TagList { { "gen_ai.operation.name", "chat" } };
        if (error is not null)
        {
            tags.Add("error.type", error);
        }
        _duration.Record(duration.TotalSeconds, tags);
    }

    /// <summary>An open answer lost its node.</summary>
    public void FailedOver(string reason) => _failovers.Add(1, Because(reason));

    /// <summary>An answer came to its end. Tenants are as many as the settings name.</summary>
    public void Answered(string tenant, TurnUsage usage)
    {
        foreach (var (type, count) in new[] { ("input", usage.InputTokens), ("cached", usage.CachedTokens), ("output", usage.OutputTokens) })
        {
            _tokens.Add(count, new("tenant", tenant), new("type", type));
        }
    }

    private static KeyValuePair<string, object?> Because(string reason) => new("reason", reason);
}
