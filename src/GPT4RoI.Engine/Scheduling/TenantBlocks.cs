namespace GPT4RoI.Engine.Scheduling;

/// <summary>How many different blocks each tenant's sequences hold. A block that two of them share counts once.</summary>
/// <param name="quota">Blocks that one tenant may hold.</param>
internal sealed class TenantBlocks(int quota)
{
    private readonly Dictionary<string, Dictionary<int, int>> _holders = [];

    /// <summary>Blocks that one tenant may hold.</summary>
    public int Quota => quota;

    /// <summary>Different blocks that a tenant holds.</summary>
    public int Held(string tenant) => _holders.TryGetValue(tenant, out var blocks) ? blocks.Count : 0;

    /// <summary>Whether one of the tenant's sequences holds the block.</summary>
    public bool Holds(string tenant, int block) => _holders.TryGetValue(tenant, out var blocks) && blocks.ContainsKey(block);

    /// <summary>One more of the tenant's sequences holds the block.</summary>
    public void Add(string tenant, int block)
    {
        if (!_holders.TryGetValue(tenant, out var blocks))
            _holders[tenant] = blocks = [];
        blocks[block] = blocks.GetValueOrDefault(block) + 1;
    }

    /// <summary>One of the tenant's sequences let go of the block.</summary>
    public void Remove(string tenant, int block)
    {
        var blocks = _holders[tenant];
        if (--blocks[block] > 0)
            return;
        blocks.Remove(block);
        if (blocks.Count == 0)
            _holders.Remove(tenant);
    }
}
