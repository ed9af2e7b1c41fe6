using System.Diagnostics.Metrics;

namespace GPT4RoI.Silo.Features;

/// <summary>Metrics of the feature store as one node sees it.</summary>
internal sealed class FeatureInstruments(IMeterFactory meters)
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "GPT4RoI.Silo.Features";

    private readonly Counter<long> _lookups = meters.Create(MeterName)
        .CreateCounter<long>("gpt4roi.feature_cache.lookups", "{lookup}", "Reads of levels and region vectors, by result");

    /// <summary>Found in this node's memory.</summary>
    public void Local() => Count("local");

    /// <summary>Found in the store.</summary>
    public void Hit() => Count("hit");

    /// <summary>Not in the store.</summary>
    public void Miss() => Count("miss");

    /// <summary>In the store, but damaged or made by another model: deleted.</summary>
    public void Refused() => Count("refused");

    private void Count(string result) => _lookups.Add(1, new KeyValuePair<string, object?>("result", result));
}
