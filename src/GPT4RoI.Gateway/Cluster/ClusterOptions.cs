using Microsoft.Extensions.Options;

namespace GPT4RoI.Gateway.Cluster;

/// <summary>How the gateway finds the cluster. Section <c>Cluster</c>, the same on every node.</summary>
internal sealed class ClusterOptions
{
    public const string Section = "Cluster";

    /// <summary>Key of every derived id. <value>base64 of 32 bytes or more; required</value></summary>
    public string Secret { get; set; } = "";

    /// <summary>Connection string of the Redis that holds the membership. Needed by a gateway in its own process only.</summary>
    public string Redis { get; set; } = "";

    /// <summary>Orleans cluster id. <value>default gpt4roi</value></summary>
    public string ClusterId { get; set; } = "gpt4roi";

    /// <summary>Orleans service id. <value>default gpt4roi</value></summary>
    public string ServiceId { get; set; } = "gpt4roi";

    /// <summary>
    /// How long one grain call may take. A stream's silence is not limited by it: Orleans sends heartbeats. <value>1 s..2 min, default 10 s</value>
    /// </summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an answer that has begun looks for another node after it lost one; 0 ends it at once. <value>0..5 min, default 30 s</value></summary>
    public TimeSpan FailoverTimeout { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>Checks <see cref="ClusterOptions"/> at start.</summary>
internal sealed class ClusterOptionsValidator : IValidateOptions<ClusterOptions>
{
    private const int SecretBytes = 32;

    public ValidateOptionsResult Validate(string? name, ClusterOptions options)
    {
        List<string> failures = [];
        var buffer = new byte[options.Secret.Length];
        if (!Convert.TryFromBase64String(options.Secret, buffer, out var length) || length < SecretBytes)
        {
            failures.Add($"Cluster:Secret must be base64 of {SecretBytes} bytes or more, the same on every node: openssl rand -base64 32");
        }
        if (options.ClusterId.Length == 0 || options.ServiceId.Length == 0)
        {
            failures.Add("Cluster:ClusterId and Cluster:ServiceId must not be empty; leave them out to take gpt4roi.");
        }
        if (options.ResponseTimeout < TimeSpan.FromSeconds(1) || options.ResponseTimeout > TimeSpan.FromMinutes(2))
        {
            failures.Add($"Cluster:ResponseTimeout is {options.ResponseTimeout}; set 00:00:01 to 00:02:00.");
        }
        if (options.FailoverTimeout < TimeSpan.Zero || options.FailoverTimeout > TimeSpan.FromMinutes(5))
        {
            failures.Add($"Cluster:FailoverTimeout is {options.FailoverTimeout}; set 00:00:00 to 00:05:00.");
        }
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
