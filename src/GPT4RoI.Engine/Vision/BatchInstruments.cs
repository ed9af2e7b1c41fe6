using System.Diagnostics.Metrics;

namespace GPT4RoI.Engine.Vision;

/// <summary>Metrics of one batching worker, told apart by the tag <c>worker</c>.</summary>
internal sealed class BatchInstruments : IDisposable
{
    private readonly Meter _meter = new("GPT4RoI.Engine.Vision");
    private readonly Histogram<int> _size;
    private readonly Histogram<double> _duration;
    private readonly KeyValuePair<string, object?> _worker;
    private readonly TimeProvider _time;

    public BatchInstruments(string worker, Func<int> queued, TimeProvider time)
    {
        (_worker, _time) = (new("worker", worker), time);
        _size = _meter.CreateHistogram<int>("gpt4roi.vision.batch.size", "{item}", "Items computed together.");
        _duration = _meter.CreateHistogram<double>("gpt4roi.vision.batch.duration", "s", "Time to compute one batch.");
        _meter.CreateObservableGauge("gpt4roi.vision.queue.depth", () => new Measurement<int>(queued(), _worker), "{item}", "Items waiting.");
    }

    /// <summary>Records size now and duration when disposed.</summary>
    public BatchMeasurement MeasureBatch(int size)
    {
        _size.Record(size, _worker);
        return new(this, _time.GetTimestamp());
    }

    public void Dispose() => _meter.Dispose();

    internal readonly struct BatchMeasurement(BatchInstruments instruments, long started) : IDisposable
    {
        public void Dispose() => instruments._duration.Record(instruments._time.GetElapsedTime(started).TotalSeconds, instruments._worker);
    }
}
