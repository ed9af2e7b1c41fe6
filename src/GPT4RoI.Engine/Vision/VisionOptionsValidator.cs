using Microsoft.Extensions.Options;

namespace GPT4RoI.Engine.Vision;

/// <summary>Refuses settings that cannot work; each failure names the key and what to set.</summary>
public sealed class VisionOptionsValidator : IValidateOptions<VisionOptions>
{
    private static readonly TimeSpan LongestBatchWait = TimeSpan.FromSeconds(1), LongestDecode = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, VisionOptions options)
    {
        var failures = new List<string>();
        Check(options.MaxImagesPerBatch is >= 1 and <= 256, nameof(options.MaxImagesPerBatch), options.MaxImagesPerBatch, "1 to 256");
        Check(options.MaxRegionsPerBatch is >= 1 and <= 4096, nameof(options.MaxRegionsPerBatch), options.MaxRegionsPerBatch, "1 to 4096");
        Check(
            options.MaxBatchWait >= TimeSpan.Zero && options.MaxBatchWait <= LongestBatchWait,
            nameof(options.MaxBatchWait), options.MaxBatchWait, $"0 to {LongestBatchWait}");
        Check(options.MaxQueued is >= 1 and <= 100_000, nameof(options.MaxQueued), options.MaxQueued, "1 to 100000");
        Check(options.PyramidCacheBytes >= 0, nameof(options.PyramidCacheBytes), options.PyramidCacheBytes, "0 or more");
        Check(options.MaxImagePixels is >= 1 and <= 400_000_000, nameof(options.MaxImagePixels), options.MaxImagePixels, "1 to 400000000");
        Check(options.MaxDecodes is >= 1 and <= 256, nameof(options.MaxDecodes), options.MaxDecodes, "1 to 256");
        Check(options.MaxQueuedDecodes is >= 0 and <= 10_000, nameof(options.MaxQueuedDecodes), options.MaxQueuedDecodes, "0 to 10000");
        Check(
            options.DecodeTimeout > TimeSpan.Zero && options.DecodeTimeout <= LongestDecode,
            nameof(options.DecodeTimeout), options.DecodeTimeout, $"above 0 and at most {LongestDecode}");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Check(bool holds, string key, object value, string remedy)
        {
            if (!holds)
            {
                failures.Add($"{VisionOptions.Section}:{key} is {value}; set it to {remedy}.");
            }
        }
    }
}
