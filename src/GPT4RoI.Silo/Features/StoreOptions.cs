namespace GPT4RoI.Silo.Features;

/// <summary>Section <c>Store</c>: where features and uploads are.</summary>
internal sealed class StoreOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Store";

    /// <summary>StackExchange.Redis connection string of the feature store, which may forget at any time. <value>required</value></summary>
    public string Features { get; set; } = "";

    /// <summary>How long levels and region vectors live. <value>1 minute to 30 days, default 1 hour</value></summary>
    public TimeSpan FeatureLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Longest wait for one answer of the store. <value>100 ms to 1 minute, default 3 seconds</value></summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Memory for decoded features on this node. <value>1 MiB or more, default 256 MiB</value></summary>
    public long LocalCacheBytes { get; set; } = 256L << 20;
}
