namespace GPT4RoI.Client;

/// <summary>Where the server is and how patient to be.</summary>
public sealed class Gpt4RoiClientOptions
{
    /// <summary>The gateway.</summary>
    /// <value>An absolute http or https address. Required.</value>
    public Uri? Address { get; set; }

    /// <summary>The tenant's API key; null where the server asks for none.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Lets the API key travel unencrypted to another machine, for networks that encrypt below HTTP.</summary>
    /// <value>Default false.</value>
    public bool AllowApiKeyOverPlaintext { get; set; }

    /// <summary>Time limits per kind of call.</summary>
    public DeadlineOptions Deadlines { get; } = new();

    /// <summary>What happens after a failure that may pass.</summary>
    public RetryOptions Retry { get; } = new();
}
