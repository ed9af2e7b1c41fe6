using GPT4RoI.Silo.Hosting;
using Microsoft.Extensions.Options;

namespace GPT4RoI.Silo.Features;

/// <summary>Checks <see cref="StoreOptions"/> at start.</summary>
internal sealed class StoreOptionsValidator : IValidateOptions<StoreOptions>
{
    private const long MinCacheBytes = 1 << 20;

    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, StoreOptions options)
    {
        List<string> failures = [];
        if (!ConnectionString.IsValid(options.Features))
        {
            failures.Add("Store:Features must be the connection string of a Redis server, such as localhost:6379");
        }
        if (options.FeatureLifetime < TimeSpan.FromMinutes(1) || options.FeatureLifetime > TimeSpan.FromDays(30))
        {
            failures.Add($"Store:FeatureLifetime is {options.FeatureLifetime}; set 00:01:00 to 30.00:00:00");
        }
        if (options.Deadline < TimeSpan.FromMilliseconds(100) || options.Deadline > TimeSpan.FromMinutes(1))
        {
            failures.Add($"Store:Deadline is {options.Deadline}; set 00:00:00.1 to 00:01:00");
        }
        if (options.LocalCacheBytes < MinCacheBytes)
        {
            failures.Add($"Store:LocalCacheBytes is {options.LocalCacheBytes}; set {MinCacheBytes} or more");
        }
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
