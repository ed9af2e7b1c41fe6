using GPT4RoI.Client;

namespace GPT4RoI.Cli.Chat;

/// <summary>The regions of one conversation: numbered as they are defined, and sent with the first question that mentions them.</summary>
internal sealed class RegionLedger
{
    private readonly List<Region> _regions = [];
    private readonly HashSet<int> _known = [];

    public IReadOnlyList<Region> Regions => _regions;

    /// <summary>Number of the next region.</summary>
    public int NextId => _regions.Count + 1;

    public void Define(Region region) => _regions.Add(region);

    /// <summary>Regions that the question mentions and the server has not seen.</summary>
    public IReadOnlyList<Region> NewIn(string question) =>
        [.. _regions.Where(region => !_known.Contains(region.Id) && question.Contains(region.Mention, StringComparison.Ordinal))];

    /// <summary>The turn went through: the server knows them from now on.</summary>
    public void Accept(IReadOnlyList<Region> regions) => _known.UnionWith(regions.Select(region => region.Id));
}
