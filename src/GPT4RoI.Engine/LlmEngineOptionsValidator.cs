using Microsoft.Extensions.Options;

namespace GPT4RoI.Engine;

/// <summary>Refuses settings that cannot work; each failure names the key and what to set.</summary>
public sealed class LlmEngineOptionsValidator : IValidateOptions<LlmEngineOptions>
{
    private const long SmallestCache = 1L << 20;
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, LlmEngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var failures = new List<string>();
        Range(nameof(options.MaxSequences), options.MaxSequences, 1, 4096);
        Range(nameof(options.MaxBatchedTokens), options.MaxBatchedTokens, options.MaxSequences, 65536);
        Range(nameof(options.MaxModelLength), options.MaxModelLength, 2, 1 << 20);
        Range(nameof(options.BlockSize), options.BlockSize, 1, 256);
        Range(nameof(options.KvCacheBytes), options.KvCacheBytes, SmallestCache, long.MaxValue);
        Range(nameof(options.MaxWaiting), options.MaxWaiting, 1, 100_000);
        Range(nameof(options.MaxWaitingPerTenant), options.MaxWaitingPerTenant, 1, options.MaxWaiting);
        Range(nameof(options.ImageCacheBytes), options.ImageCacheBytes, 0, long.MaxValue);
        if (options.TenantKvShare is not (> 0 and <= 1))
            Add(nameof(options.TenantKvShare), options.TenantKvShare, "above 0 and at most 1");
        if (options.QueueTimeout <= TimeSpan.Zero || options.QueueTimeout > LongestWait)
            Add(nameof(options.QueueTimeout), options.QueueTimeout, $"above 0 and at most {LongestWait}");
        if (options.DrainTimeout < TimeSpan.Zero || options.DrainTimeout > LongestWait)
            Add(nameof(options.DrainTimeout), options.DrainTimeout, $"0 to {LongestWait}");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Range(string key, long value, long min, long max)
        {
            if (value < min || value > max)
                Add(key, value, max == long.MaxValue ? $"{min} or more" : $"{min} to {max}");
        }

        void Add(string key, object value, string remedy) =>
            failures.Add($"{LlmEngineOptions.Section}:{key} is {value}; set it to {remedy}.");
    }
}
