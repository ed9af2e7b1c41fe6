using System.Collections.Concurrent;
using Orleans.Runtime.Diagnostics;

namespace GPT4RoI.Silo.Placement;

/// <summary>
/// Activations by silo, as Orleans publishes them every second. Placements made here count at once, so that a burst between two reports
/// spreads too.
/// </summary>
internal sealed class SiloLoadBoard : IObserver<DeploymentLoadPublisherEvents.DeploymentLoadPublisherEvent>, IDisposable
{
    private readonly ConcurrentDictionary<SiloAddress, int> _loads = new();
    private readonly IDisposable _subscription;

    public SiloLoadBoard() => _subscription = DeploymentLoadPublisherEvents.AllEvents.Subscribe(this);

    /// <summary>Activations of a silo; 0 if nothing is known of it.</summary>
    public int LoadOf(SiloAddress silo) => _loads.GetValueOrDefault(silo);

    /// <summary>Counts a placement until the silo's next report does.</summary>
    public void Reserve(SiloAddress silo) => _loads.AddOrUpdate(silo, 1, static (_, load) => load + 1);

    /// <summary>Takes a silo's own report.</summary>
    internal void Report(SiloAddress silo, int activations) => _loads[silo] = activations;

    void IObserver<DeploymentLoadPublisherEvents.DeploymentLoadPublisherEvent>.OnNext(DeploymentLoadPublisherEvents.DeploymentLoadPublisherEvent value)
    {
        switch (value)
        {
            case DeploymentLoadPublisherEvents.Received received:
                Report(received.FromSilo, received.Statistics.ActivationCount);
                break;
            case DeploymentLoadPublisherEvents.Published published:
                Report(published.SiloAddress, published.Statistics.ActivationCount);
                break;
            case DeploymentLoadPublisherEvents.Removed removed:
                _loads.TryRemove(removed.RemovedSilo, out _);
                break;
        }
    }

    void IObserver<DeploymentLoadPublisherEvents.DeploymentLoadPublisherEvent>.OnCompleted()
    {
    }

    void IObserver<DeploymentLoadPublisherEvents.DeploymentLoadPublisherEvent>.OnError(Exception error)
    {
    }

    /// <inheritdoc />
    public void Dispose() => _subscription.Dispose();
}
