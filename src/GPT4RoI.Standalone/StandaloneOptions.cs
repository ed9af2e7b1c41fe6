namespace GPT4RoI.Standalone;

/// <summary>Section <c>Data</c>: what the embedded stores use.</summary>
internal sealed class StandaloneOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Data";

    /// <summary>Folder for conversations and the server's secret. <value>default data, in the working directory</value></summary>
    public string Directory { get; set; } = "data";

    /// <summary>Memory for uploads and features; the oldest go first. The process takes up to three times as much. <value>16m or more, default 256m</value></summary>
    public string FeatureMemory { get; set; } = "256m";
}
