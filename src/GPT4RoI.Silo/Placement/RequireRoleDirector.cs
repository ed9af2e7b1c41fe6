using GPT4RoI.Contracts;
using Orleans.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Runtime.Placement;

namespace GPT4RoI.Silo.Placement;

/// <summary>Keeps the silos whose metadata lists the role. A silo whose metadata is not known yet has no role.</summary>
internal sealed class RequireRoleDirector(ISiloMetadataCache metadata) : IPlacementFilterDirector
{
    /// <inheritdoc />
    public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> silos)
    {
        var role = ((RequireRoleStrategy)filterStrategy).Role;
        return silos.Where(silo => metadata.GetSiloMetadata(silo).Metadata.TryGetValue(Roles.MetadataKey, out var roles) && Lists(roles, role));
    }

    /// <summary>True if the comma-separated list has the role as a whole entry.</summary>
    internal static bool Lists(string roles, string role)
    {
        foreach (var range in roles.AsSpan().Split(','))
        {
            if (roles.AsSpan(range).Trim().SequenceEqual(role))
            {
                return true;
            }
        }
        return false;
    }
}
