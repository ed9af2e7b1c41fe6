using System.Diagnostics.Metrics;
using GPT4RoI.Engine.Vision;
using Microsoft.Extensions.Time.Testing;

namespace GPT4RoI.Engine.Tests.Vision;

public sealed class BatchInstrumentsTests
{
    [Fact]
    public void Instruments_OneBatch_ReportDepthSizeAndDurationUnderTheWorkersName()
    {
        var time = new FakeTimeProvider();
        var measured = new List<(string Name, double Value)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = static (instrument, self) =>
        {
            if (instrument.Meter.Name == "GPT4RoI.Engine.Vision")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.Start();
        using var instruments = new BatchInstruments("measured", () => 7, time);

        using (instruments.MeasureBatch(3))
        {
            time.Advance(TimeSpan.FromSeconds(2));
        }
        listener.RecordObservableInstruments();

        Assert.Equal([("gpt4roi.vision.batch.size", 3), ("gpt4roi.vision.batch.duration", 2), ("gpt4roi.vision.queue.depth", 7)], measured);

        void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags.Contains(new("worker", "measured")))
            {
                measured.Add((instrument.Name, value));
            }
        }
    }
}
