using GPT4RoI.Contracts;
using Orleans.Concurrency;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace GPT4RoI.Silo.Grains;

/// <summary>Lists the roles of all active silos, as this silo sees the membership.</summary>
[Reentrant]
internal sealed class RolesGrain(IClusterMembershipService membership, ISiloMetadataCache metadata) : Grain, IRolesGrain
{
    /// <inheritdoc />
    public Task<IReadOnlyList<string>> GetAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<string> roles = [.. membership.CurrentSnapshot.Members.Values
            .Where(member => member.Status == SiloStatus.Active)
            .SelectMany(member => metadata.GetSiloMetadata(member.SiloAddress).Metadata.TryGetValue(Roles.MetadataKey, out var list) ? list.Split(',') : [])
            .Distinct()];
        return Task.FromResult(roles);
    }
}
