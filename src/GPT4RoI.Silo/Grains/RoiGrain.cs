using GPT4RoI.Contracts;
using GPT4RoI.Contracts.Errors;
using GPT4RoI.Contracts.Keys;
using GPT4RoI.Contracts.Regions;
using GPT4RoI.Contracts.Vision;
using GPT4RoI.Silo.Errors;
using GPT4RoI.Silo.Placement;
using GPT4RoI.Silo.Vision;
using Orleans.Concurrency;

namespace GPT4RoI.Silo.Grains;

/// <summary>
/// One per image and cluster, where the image's fused pyramid is: boxes that several callers want at once are extracted once. As with
/// <see cref="EncoderGrain"/>, the work outlives its callers and a call ends before the response timeout.
/// </summary>
[RequireRole(Roles.Roi)]
[ImageAffinity]
[Reentrant]
internal sealed class RoiGrain(RegionExtraction extraction, FeatureKey keys, TimeProvider time) : Grain, IRoiGrain, IDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private readonly Dictionary<string, Task<ClusterError?>> _flights = [];

    /// <inheritdoc />
    public async Task<Outcome<IReadOnlyList<string>>> EnsureExtractedAsync(
        MediaRef media, IReadOnlyList<RegionBox> boxes, CancellationToken cancellationToken)
    {
        var featureKey = this.GetPrimaryKeyString();
        string[] regionKeys = [.. boxes.Select(box => keys.ForRegion(featureKey, box))];
        var added = boxes.Zip(regionKeys).Where(region => !_flights.ContainsKey(region.Second)).DistinctBy(region => region.Second).ToList();
        if (added.Count > 0)
        {
            var flight = RunAsync(featureKey, media, added);
            added.ForEach(region => _flights[region.Second] = flight);
        }
        var flights = regionKeys.Select(key => _flights[key]).Distinct();
        try
        {
            var errors = await Task.WhenAll(flights).WaitAsync(SharedWork.Patience, time, cancellationToken);
            return Array.Find(errors, error => error is not null) is { } failed ? failed : regionKeys;
        }
        catch (TimeoutException)
        {
            return SiloErrors.StillWorking;
        }
    }

    /// <inheritdoc />
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _ending.CancelAsync();
        Task flights = Task.WhenAll(_flights.Values);
        await flights.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    /// <inheritdoc />
    public void Dispose() => _ending.Dispose();

    private async Task<ClusterError?> RunAsync(string featureKey, MediaRef media, IReadOnlyList<(RegionBox Box, string Key)> regions)
    {
        // lets the caller register the flight first, however fast it ends
        await Task.Yield();
        try
        {
            return await extraction.EnsureAsync(featureKey, media, regions, _ending.Token);
        }
        finally
        {
            foreach (var (_, key) in regions)
            {
                _flights.Remove(key);
            }
        }
    }
}
