namespace GPT4RoI.Gateway.Tenants;

/// <summary>One API key as it is configured: only its hash is known to the server.</summary>
internal sealed class ApiKeyEntry
{
    /// <summary>Whom it stands for. A tenant may have several keys. <value>1 to 64 of a-z, 0-9 and -</value></summary>
    public string Tenant { get; set; } = "";

    /// <summary>SHA-256 of the key's UTF-8 bytes. <value>64 hex digits</value></summary>
    public string Sha256 { get; set; } = "";
}
