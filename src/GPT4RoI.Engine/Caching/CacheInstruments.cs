using System.Diagnostics.Metrics;

namespace GPT4RoI.Engine.Caching;

/// <summary>Metrics of one cache, told apart by the tag <c>cache</c>.</summary>
internal sealed class CacheInstruments : IDisposable
{
    private readonly Meter _meter = new("GPT4RoI.Engine.Caching");
    private readonly Counter<long> _lookups;
    private readonly KeyValuePair<string, object?> _cache;

    public CacheInstruments(string name, Func<long> bytes)
    {
        _cache = new("cache", name);
        _lookups = _meter.CreateCounter<long>("gpt4roi.cache.lookups", "{lookup}", "Lookups by result: hit or miss.");
        _meter.CreateObservableGauge("gpt4roi.cache.bytes", () => new Measurement<long>(bytes(), _cache), "By", "Bytes held.");
    }

    public void RecordLookup(bool found) => _lookups.Add(1, _cache, new("result", found ? "hit" : "miss"));

    public void Dispose() => _meter.Dispose();
}
