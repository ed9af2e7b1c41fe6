using Microsoft.Extensions.Options;

namespace GPT4RoI.Gateway.Admission;

/// <summary>What one gateway takes on. Section <c>Gateway:Admission</c>. Limits per tenant hold per gateway.</summary>
internal sealed class AdmissionOptions
{
    public const string Section = "Gateway:Admission";

    /// <summary>Bytes of one upload. <value>1 KiB..256 MiB, default 20 MiB</value></summary>
    public int MaxImageBytes { get; set; } = 20 * 1024 * 1024;

    /// <summary>Bytes of one chunk of an upload. <value>1 KiB..16 MiB, default 1 MiB</value></summary>
    public int MaxChunkBytes { get; set; } = 1024 * 1024;

    /// <summary>Width times height of an image. <value>1..1,000,000,000, default 50,000,000</value></summary>
    public long MaxImagePixels { get; set; } = 50_000_000;

    /// <summary>Pixels of an image's longer side. <value>1..65,535, default 16,384</value></summary>
    public int MaxImageSide { get; set; } = 16_384;

    /// <summary>Calls per second and tenant, in the long run. <value>1..1,000,000, default 200</value></summary>
    public int RequestsPerSecond { get; set; } = 200;

    /// <summary>Calls that a tenant may make at once after a pause. <value>1..1,000,000, default 400</value></summary>
    public int RequestBurst { get; set; } = 400;

    /// <summary>Open answers of one tenant. <value>1..100,000, default 500</value></summary>
    public int MaxStreamsPerTenant { get; set; } = 500;

    /// <summary>Open answers of all tenants. <value>1..100,000, default 2,000</value></summary>
    public int MaxStreams { get; set; } = 2000;

    /// <summary>Uploads of one tenant that are being received; as many as eight times this wait. <value>1..1,000, default 8</value></summary>
    public int MaxUploadsPerTenant { get; set; } = 8;

    /// <summary>Uploads of all tenants that are being received; with MaxImageBytes it bounds their memory. <value>1..1,000, default 32</value></summary>
    public int MaxUploads { get; set; } = 32;

    /// <summary>Time for one upload, waiting included. <value>1 s..1 h, default 2 min</value></summary>
    public TimeSpan UploadTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Time for one answer. <value>1 s..1 h, default 5 min</value></summary>
    public TimeSpan MaxTurnDuration { get; set; } = TimeSpan.FromMinutes(5);
}

/// <summary>Checks <see cref="AdmissionOptions"/> at start.</summary>
internal sealed class AdmissionOptionsValidator : IValidateOptions<AdmissionOptions>
{
    public ValidateOptionsResult Validate(string? name, AdmissionOptions options)
    {
        List<string> failures = [];
        void Range<T>(string key, T value, T min, T max) where T : IComparable<T>
        {
            if (value.CompareTo(min) < 0 || value.CompareTo(max) > 0)
            {
                failures.Add($"{AdmissionOptions.Section}:{key} is {value}; set {min} to {max}.");
            }
        }

        Range(nameof(options.MaxImageBytes), options.MaxImageBytes, 1024, 256 * 1024 * 1024);
        Range(nameof(options.MaxChunkBytes), options.MaxChunkBytes, 1024, 16 * 1024 * 1024);
        Range(nameof(options.MaxImagePixels), options.MaxImagePixels, 1, 1_000_000_000);
        Range(nameof(options.MaxImageSide), options.MaxImageSide, 1, ushort.MaxValue);
        Range(nameof(options.RequestsPerSecond), options.RequestsPerSecond, 1, 1_000_000);
        Range(nameof(options.RequestBurst), options.RequestBurst, 1, 1_000_000);
        Range(nameof(options.MaxStreamsPerTenant), options.MaxStreamsPerTenant, 1, 100_000);
        Range(nameof(options.MaxStreams), options.MaxStreams, 1, 100_000);
        Range(nameof(options.MaxUploadsPerTenant), options.MaxUploadsPerTenant, 1, 1000);
        Range(nameof(options.MaxUploads), options.MaxUploads, 1, 1000);
        Range(nameof(options.UploadTimeout), options.UploadTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        Range(nameof(options.MaxTurnDuration), options.MaxTurnDuration, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
