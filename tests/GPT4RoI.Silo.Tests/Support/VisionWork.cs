using System.Diagnostics.Metrics;

namespace GPT4RoI.Silo.Tests.Support;

/// <summary>Counts what the vision workers of this process compute, from their metrics.</summary>
internal sealed class VisionWork : IDisposable
{
    private readonly MeterListener _listener = new();
    private int _total;

    private VisionWork(string worker)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "gpt4roi.vision.batch.size")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((_, size, tags, _) =>
        {
            foreach (var tag in tags)
            {
                if (tag is { Key: "worker", Value: string name } && name == worker)
                {
                    Interlocked.Add(ref _total, size);
                }
            }
        });
        _listener.Start();
    }

    /// <summary>Items computed since this began.</summary>
    public int Total => Volatile.Read(ref _total);

    /// <summary>Counts encoded images.</summary>
    public static VisionWork CountImages() => new("image-encoder");

    /// <summary>Counts requests for regions.</summary>
    public static VisionWork CountRegionRequests() => new("region-encoder");

    /// <inheritdoc />
    public void Dispose() => _listener.Dispose();
}
