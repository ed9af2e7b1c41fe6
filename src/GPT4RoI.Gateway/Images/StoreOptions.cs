using Microsoft.Extensions.Options;

namespace GPT4RoI.Gateway.Images;

/// <summary>Where uploaded images are kept. Section <c>Store</c>.</summary>
internal sealed class StoreOptions
{
    public const string Section = "Store";

    /// <summary>StackExchange.Redis connection string of the feature store. <value>required, for example localhost:6379</value></summary>
    public string Features { get; set; } = "";

    /// <summary>How long an image is kept after it was last uploaded or named in a call. <value>1 min..30 days, default 24 h</value></summary>
    public TimeSpan MediaLifetime { get; set; } = TimeSpan.FromHours(24);
}

/// <summary>Checks <see cref="StoreOptions"/> at start.</summary>
internal sealed class StoreOptionsValidator : IValidateOptions<StoreOptions>
{
    public ValidateOptionsResult Validate(string? name, StoreOptions options)
    {
        List<string> failures = [];
        if (string.IsNullOrWhiteSpace(options.Features))
        {
            failures.Add("Store:Features is missing; set the connection string of a Redis server, such as localhost:6379");
        }
        if (options.MediaLifetime < TimeSpan.FromMinutes(1) || options.MediaLifetime > TimeSpan.FromDays(30))
        {
            failures.Add($"Store:MediaLifetime is {options.MediaLifetime}; set 00:01:00 to 30.00:00:00.");
        }
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
