namespace GPT4RoI.Engine.Vision;

/// <summary>Limits of image decoding, image encoding and region encoding.</summary>
public sealed class VisionOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Vision";

    /// <summary>Images encoded together; also requests whose regions are computed together. <value>1..256, default 8</value></summary>
    public int MaxImagesPerBatch { get; set; } = 8;

    /// <summary>Regions computed together; a request with more is computed in parts. <value>1..4096, default 64</value></summary>
    public int MaxRegionsPerBatch { get; set; } = 64;

    /// <summary>How long an item may wait for company while the device is idle. <value>0..1 s, default 3 ms</value></summary>
    public TimeSpan MaxBatchWait { get; set; } = TimeSpan.FromMilliseconds(3);

    /// <summary>Items that may wait for encoding, and as many for region encoding; the next one is refused. <value>1..100000, default 256</value></summary>
    public int MaxQueued { get; set; } = 256;

    /// <summary>Bytes of fused pyramids kept, on the device that computes them. <value>0 or more, default 1 GiB</value></summary>
    public long PyramidCacheBytes { get; set; } = 1L << 30;

    /// <summary>
    /// Width × height of an image, read from its header before decoding. Decoding takes four bytes per pixel, eight for turned images.
    /// <value>1..400000000, default 40000000</value>
    /// </summary>
    public long MaxImagePixels { get; set; } = 40_000_000;

    /// <summary>Images decoded and preprocessed at once; the rest of the cores stays free. <value>1..256, default half the cores</value></summary>
    public int MaxDecodes { get; set; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Images that may wait for decoding; the next one is refused. <value>0..10000, default 64</value></summary>
    public int MaxQueuedDecodes { get; set; } = 64;

    /// <summary>Waiting and decoding together. <value>above 0, at most 5 min, default 10 s</value></summary>
    public TimeSpan DecodeTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
