using System.Diagnostics.Metrics;
using GPT4RoI.Engine.Tests.Execution;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using static GPT4RoI.Engine.Tests.Scheduling.Requests;

namespace GPT4RoI.Engine.Tests;

public sealed class EngineInstrumentsTests : IMeterFactory
{
    private readonly List<Meter> _meters = [];

    [Fact]
    public void Step_RequestsRunAndEnd_MetricsFollow()
    {
        using var engine = new EngineHarness(new FakeRunner(), new LlmEngineOptions { MaxSequences = 1 }, this);
        using var running = Collect<int>("gpt4roi.engine.sequences.running");
        using var waiting = Collect<int>("gpt4roi.engine.sequences.waiting");
        using var tokens = Collect<long>("gpt4roi.engine.tokens.waiting");
        using var used = Collect<int>("gpt4roi.engine.kv_blocks.used");
        using var hits = Collect<long>("gpt4roi.engine.prefix_hit_tokens");
        using var firstToken = Collect<double>("gen_ai.server.time_to_first_token");
        using var perToken = Collect<double>("gen_ai.server.time_per_output_token");
        using var finished = Collect<long>("gpt4roi.engine.requests.finished");

        GenerateTwo(engine);
        engine.Core.Step();
        Assert.Equal((1, 1, 10L, 3), (Last(running), Last(waiting), Last(tokens), Last(used)));
        while (engine.Core.Step())
            engine.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal((0, 0, 0L, 0, 8L), (Last(running), Last(waiting), Last(tokens), Last(used), Last(hits)));
        Assert.Equal([3, 9], firstToken.GetMeasurementSnapshot().Select(m => m.Value));
        Assert.Equal(2, perToken.GetMeasurementSnapshot().Count);
        Assert.All(finished.GetMeasurementSnapshot(), m => Assert.Equal("Length", m.Tags["reason"]));
    }

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        _meters.Add(new Meter(options));
        return _meters[^1];
    }

    public void Dispose() => _meters.ForEach(meter => meter.Dispose());

    private static void GenerateTwo(EngineHarness engine)
    {
        engine.Submit(Of([.. Enumerable.Range(30, 10)], 4));
        engine.Submit(Of([.. Enumerable.Range(30, 10)], 4));
        engine.Time.Advance(TimeSpan.FromSeconds(3));
    }

    private MetricCollector<T> Collect<T>(string instrument) where T : struct => new(this, EngineInstruments.MeterName, instrument);

    private static T Last<T>(MetricCollector<T> collector) where T : struct
    {
        collector.RecordObservableInstruments();
        return collector.LastMeasurement!.Value;
    }
}
