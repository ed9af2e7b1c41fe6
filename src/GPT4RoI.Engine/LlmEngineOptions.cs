namespace GPT4RoI.Engine;

/// <summary>Limits of one engine. Defaults suit a small model on a CPU.</summary>
public sealed class LlmEngineOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Engine";

    /// <summary>Sequences computed at once. <value>1..4096, default 64</value></summary>
    public int MaxSequences { get; set; } = 64;

    /// <summary>
    /// Tokens computed in one step: more makes prefill faster, fewer keeps the time between two tokens of running sequences short.
    /// <value><see cref="MaxSequences"/>..65536, default 512</value>
    /// </summary>
    public int MaxBatchedTokens { get; set; } = 512;

    /// <summary>Tokens of prompt and answer together; also limited by the model's own positions. <value>2..1048576, default 2048</value></summary>
    public int MaxModelLength { get; set; } = 2048;

    /// <summary>Tokens per KV block. <value>1..256, default 16</value></summary>
    public int BlockSize { get; set; } = 16;

    /// <summary>Bytes for keys and values, allocated at start. <value>1 MiB or more, default 256 MiB</value></summary>
    public long KvCacheBytes { get; set; } = 256L << 20;

    /// <summary>Share of the KV blocks that one tenant's sequences may hold together. <value>above 0, at most 1 (no limit), default 1</value></summary>
    public double TenantKvShare { get; set; } = 1;

    /// <summary>Requests that may wait; the next one is refused. <value>1..100000, default 256</value></summary>
    public int MaxWaiting { get; set; } = 256;

    /// <summary>Requests of one tenant that may wait. <value>1..<see cref="MaxWaiting"/>, default 64</value></summary>
    public int MaxWaitingPerTenant { get; set; } = 64;

    /// <summary>A request that waits longer ends as <see cref="Requests.FinishReason.TimedOut"/>. <value>above 0, at most 1 h, default 60 s</value></summary>
    public TimeSpan QueueTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long disposal lets submitted requests finish before it cancels them. <value>0..1 h, default 10 s</value></summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of projected image rows kept for prompts that share an image. <value>0 or more, default 64 MiB</value></summary>
    public long ImageCacheBytes { get; set; } = 64L << 20;
}
