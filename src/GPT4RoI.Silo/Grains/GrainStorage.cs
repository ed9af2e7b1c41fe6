namespace GPT4RoI.Silo.Grains;

/// <summary>The store of grain state.</summary>
internal static class GrainStorage
{
    /// <summary>Name of the storage provider.</summary>
    public const string Name = "conversations";

    /// <summary>Refuses a state that newer code has written: an old node must not overwrite what it does not understand.</summary>
    /// <exception cref="NotSupportedException">The stored layout is newer than this node's.</exception>
    public static void RequireReadable(int stored, int current, string what)
    {
        if (stored > current)
        {
            throw new NotSupportedException($"the stored {what} has layout {stored}, this node reads up to {current}; update the node");
        }
    }
}
