using GPT4RoI.Operations;

namespace GPT4RoI.Silo.Hosting;

/// <summary>Whether this silo takes work: it has joined, and is not on its way out.</summary>
internal sealed class SiloReadiness(IClusterMembershipService membership, ILocalSiloDetails silo, IHostApplicationLifetime lifetime) : IReadiness
{
    /// <summary>True between joining and stopping.</summary>
    public bool IsReady =>
        !lifetime.ApplicationStopping.IsCancellationRequested
        && membership.CurrentSnapshot.GetSiloStatus(silo.SiloAddress) == SiloStatus.Active;
}
