using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace GPT4RoI.Silo.Placement;

/// <summary>Puts everything about one image on one silo, while that silo is not overloaded: its caches hold the image.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ImageAffinityAttribute() : PlacementAttribute(new ImageAffinity());

/// <summary>The strategy behind <see cref="ImageAffinityAttribute"/>; has no settings.</summary>
[Serializable, GenerateSerializer, Immutable, SuppressReferenceTracking]
internal sealed class ImageAffinity : PlacementStrategy;

/// <summary>Chooses by <see cref="BoundedRendezvous"/> on the image named in the grain's key.</summary>
internal sealed class ImageAffinityDirector(SiloLoadBoard board) : IPlacementDirector
{
    /// <inheritdoc />
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silos = context.GetCompatibleSilos(target);
        var silo = IPlacementDirector.GetPlacementHint(target.RequestContextData, silos)
            ?? BoundedRendezvous.Choose(ImageTag.Of(target.GrainIdentity.Key.ToString() ?? ""), silos, board.LoadOf);
        board.Reserve(silo);
        return Task.FromResult(silo);
    }
}
