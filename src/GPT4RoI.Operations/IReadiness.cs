namespace GPT4RoI.Operations;

/// <summary>Whether a part of this process takes work. The process is ready when all of them are.</summary>
internal interface IReadiness
{
    /// <summary>True while it does.</summary>
    bool IsReady { get; }
}
