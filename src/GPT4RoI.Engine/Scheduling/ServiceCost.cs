namespace GPT4RoI.Engine.Scheduling;

/// <summary>What a token costs its tenant. An output token weighs twice an input token (arXiv 2401.00588, section 3); a cached one nearly nothing.</summary>
internal static class ServiceCost
{
    /// <summary>An input token found in the prefix cache: it occupies memory but no compute.</summary>
    public const long CachedInput = 1;

    /// <summary>An input token to compute; image and region tokens count like any other.</summary>
    public const long Input = 10;

    /// <summary>A generated token.</summary>
    public const long Output = 20;
}
