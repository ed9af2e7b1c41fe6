using GPT4RoI.Contracts.Errors;
using GPT4RoI.Contracts.Regions;
using GPT4RoI.Contracts.Vision;
using GPT4RoI.Engine.Requests;
using GPT4RoI.Engine.Vision;
using GPT4RoI.Model.Regions;
using GPT4RoI.Silo.Errors;
using GPT4RoI.Silo.Features;
using GPT4RoI.Silo.Hosting;
using Microsoft.Extensions.Options;

namespace GPT4RoI.Silo.Vision;

/// <summary>Extracts region vectors into the store; expected failures are values.</summary>
internal sealed partial class RegionExtraction(
    ModelHost model, FeatureStore store, FeatureSource features, IOptions<SiloOptions> options, TimeProvider time, ILogger<RegionExtraction> logger)
{
    /// <summary>Computes what the store does not hold; null when all is there.</summary>
    /// <param name="featureKey">Key of the image's features.</param>
    /// <param name="media">The image, in case that its features must be computed again.</param>
    /// <param name="regions">Boxes and the keys of their vectors.</param>
    /// <param name="ending">Ends the work early.</param>
    public async Task<ClusterError?> EnsureAsync(
        string featureKey, MediaRef media, IReadOnlyList<(RegionBox Box, string Key)> regions, CancellationToken ending)
    {
        using var deadline = new CancellationTokenSource(options.Value.VisionDeadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, ending);
        try
        {
            var missing = await MissingAsync(regions, either.Token).ConfigureAwait(false);
            return missing.Count == 0 ? null : await ComputeAsync(featureKey, media, missing, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return deadline.IsCancellationRequested ? SiloErrors.VisionDeadline : SiloErrors.RoleUnavailable;
        }
        catch (StoreUnavailableException exception)
        {
            LogStoreUnavailable(exception);
            return SiloErrors.StoreUnavailable;
        }
        catch (Exception exception)
        {
            LogFailed(exception, media.ImageId);
            return SiloErrors.Internal;
        }
    }

    private async Task<List<(RegionBox Box, string Key)>> MissingAsync(
        IReadOnlyList<(RegionBox Box, string Key)> regions, CancellationToken cancellationToken)
    {
        var held = await Task.WhenAll(regions.Select(region => store.HasRegionAsync(region.Key, cancellationToken))).ConfigureAwait(false);
        return [.. regions.Where((_, index) => !held[index])];
    }

    private async Task<ClusterError?> ComputeAsync(
        string featureKey, MediaRef media, IReadOnlyList<(RegionBox Box, string Key)> regions, CancellationToken cancellationToken)
    {
        ClusterError? missing = null;
        BoundingBox[] boxes = [.. regions.Select(region => new BoundingBox(region.Box.X1, region.Box.Y1, region.Box.X2, region.Box.Y2))];
        var outcome = await model.Regions.Encoder.EncodeAsync(ContentKey.FromHex(featureKey), ReadAsync, boxes, cancellationToken).ConfigureAwait(false);
        if (!outcome.TryGet(out var vectors))
        {
            return missing ?? outcome.Fault.ToError();
        }
        await Task.WhenAll(regions.Select((region, index) => store.WriteRegionAsync(region.Key, vectors[index], cancellationToken)))
            .ConfigureAwait(false);
        return null;

        async ValueTask<ImageFeatures?> ReadAsync(CancellationToken token)
        {
            var levels = await features.LevelsAsync(featureKey, media, .., token).ConfigureAwait(false);
            missing = levels.Error;
            var shape = store.Layout.LevelShape;
            return levels.TryGet(out var found, out _) ? new ImageFeatures(found, shape[0], shape[1]) : null;
        }
    }

    [LoggerMessage(40, LogLevel.Error, "Extracting regions of image {ImageId} failed")]
    private partial void LogFailed(Exception exception, string imageId);

    [LoggerMessage(41, LogLevel.Warning, "The feature store did not answer while regions were extracted")]
    private partial void LogStoreUnavailable(Exception exception);
}
