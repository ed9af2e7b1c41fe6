using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Contracts.Errors;

namespace GPT4RoI.Gateway.Services;

/// <summary>The answers of many regions to one question. Asked again, only what has not ended is asked.</summary>
/// <param name="grain">The describer.</param>
/// <param name="request">All regions.</param>
internal sealed class ResumableDescriptions(IDescriberGrain grain, DescribeRequest request) : IResumable<RegionEvent>
{
    private readonly Dictionary<int, AnswerProgress> _regions = request.Regions.ToDictionary(region => region.Id, _ => new AnswerProgress(RelayedAnswer.Nothing));

    /// <summary>True after the last event of every region.</summary>
    public bool HasEnded => _regions.Values.All(region => region.HasEnded);

    /// <summary>What those that came to a good end cost.</summary>
    public IEnumerable<TurnUsage> Usages => _regions.Values.Select(region => region.Usage).OfType<TurnUsage>();

    /// <inheritdoc/>
    public IAsyncEnumerable<RegionEvent> Open(CancellationToken cancellationToken)
    {
        var left = request.Regions.Where(region => !_regions[region.Id].HasEnded).ToList();
        return grain.DescribeAsync(
            request with { Regions = left, Relayed = left.ToDictionary(region => region.Id, region => _regions[region.Id].Relayed) }, cancellationToken);
    }

    /// <inheritdoc/>
    public bool TryTake(RegionEvent happened) => !_regions.TryGetValue(happened.RegionId, out var region) || region.TryTake(happened.Event);

    /// <inheritdoc/>
    public ClusterError? Failure(RegionEvent happened) => (happened.Event as TurnFailed)?.Error;
}
