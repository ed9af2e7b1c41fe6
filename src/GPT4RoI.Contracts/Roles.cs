namespace GPT4RoI.Contracts;

/// <summary>What a node does; a silo lists its roles in its metadata under <see cref="MetadataKey"/>.</summary>
public static class Roles
{
    /// <summary>Silo metadata key of the comma-separated list.</summary>
    public const string MetadataKey = "roles";

    /// <summary>Runs CLIP.</summary>
    public const string Vision = "vision";

    /// <summary>Fuses pyramids and extracts region vectors.</summary>
    public const string Roi = "roi";

    /// <summary>Runs the language model and owns conversations.</summary>
    public const string Llm = "llm";
}
