using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace GPT4RoI.Silo.Hosting;

/// <summary>Section <c>Cluster</c>, the same on every node: what makes nodes one cluster.</summary>
internal sealed class ClusterNodeOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Cluster";

    /// <summary>StackExchange.Redis connection string of the control store: membership and conversations. It must persist. <value>required</value></summary>
    public string Redis { get; set; } = "";

    /// <summary>Key of every cache key. <value>base64 of 32 bytes or more; required</value></summary>
    public string Secret { get; set; } = "";

    /// <summary>Orleans cluster id: nodes with the same one find each other. <value>default gpt4roi</value></summary>
    public string ClusterId { get; set; } = "gpt4roi";

    /// <summary>Orleans service id: names the conversations' storage. <value>default gpt4roi</value></summary>
    public string ServiceId { get; set; } = "gpt4roi";

    /// <summary>Longest grain call between silos. Longer work is asked for again. <value>3 seconds to 2 minutes, default 4 seconds</value></summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>Silos that must find another dead before it is. 1 suits up to three silos, 2 more. <value>1..3, default 1</value></summary>
    public int DeathVotes { get; set; } = 1;

    /// <summary>The decoded secret.</summary>
    public byte[] SecretBytes => Convert.FromBase64String(Secret);
}

/// <summary>Checks <see cref="ClusterNodeOptions"/> at start.</summary>
internal sealed class ClusterNodeOptionsValidator : IValidateOptions<ClusterNodeOptions>
{
    private const int MinSecretBytes = 32;

    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, ClusterNodeOptions options)
    {
        List<string> failures = [];
        if (!ConnectionString.IsValid(options.Redis))
        {
            failures.Add("Cluster:Redis must be the connection string of a Redis server, such as localhost:6379");
        }
        var buffer = new byte[options.Secret.Length];
        if (!Convert.TryFromBase64String(options.Secret, buffer, out var length) || length < MinSecretBytes)
        {
            failures.Add($"Cluster:Secret must be base64 of {MinSecretBytes} bytes or more, the same on every node: openssl rand -base64 32");
        }
        if (options.ClusterId.Length == 0 || options.ServiceId.Length == 0)
        {
            failures.Add("Cluster:ClusterId and Cluster:ServiceId must not be empty; leave them out to take gpt4roi");
        }
        if (options.ResponseTimeout < TimeSpan.FromSeconds(3) || options.ResponseTimeout > TimeSpan.FromMinutes(2))
        {
            failures.Add($"Cluster:ResponseTimeout is {options.ResponseTimeout}; set 00:00:03 to 00:02:00");
        }
        if (options.DeathVotes is < 1 or > 3)
        {
            failures.Add($"Cluster:DeathVotes is {options.DeathVotes}; set 1, 2 or 3");
        }
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}

/// <summary>Checks connection strings without connecting.</summary>
internal static class ConnectionString
{
    /// <summary>True if StackExchange.Redis can read it and it names a server.</summary>
    public static bool IsValid(string text)
    {
        try
        {
            return ConfigurationOptions.Parse(text).EndPoints.Count > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
