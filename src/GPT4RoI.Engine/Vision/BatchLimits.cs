namespace GPT4RoI.Engine.Vision;

/// <summary>How items are gathered into batches.</summary>
/// <param name="MaxItems">Items of one batch.</param>
/// <param name="MaxCost">Sum of the costs of one batch; an item that costs more on its own is computed alone.</param>
/// <param name="MaxWait">How long an item may wait for company while the worker is idle.</param>
/// <param name="MaxQueued">Items that may wait; the next one is refused.</param>
internal sealed record BatchLimits(int MaxItems, int MaxCost, TimeSpan MaxWait, int MaxQueued);
