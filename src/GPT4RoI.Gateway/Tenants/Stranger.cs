namespace GPT4RoI.Gateway.Tenants;

/// <summary>Why a call is nobody's.</summary>
/// <param name="Reason">Stable name for programs.</param>
/// <param name="Message">One sentence for a person.</param>
internal sealed record Stranger(string Reason, string Message)
{
    public static readonly Stranger NotLocal = new("LOOPBACK_ONLY", "No API keys are configured, so only this machine is served.");

    public static readonly Stranger WithoutKey = new("API_KEY_MISSING", "Send an API key in x-api-key or authorization: Bearer.");

    public static readonly Stranger WithWrongKey = new("API_KEY_INVALID", "The API key is not valid.");
}
