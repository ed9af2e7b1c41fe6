using GPT4RoI.Contracts.Errors;
using GPT4RoI.Contracts.Keys;
using GPT4RoI.Contracts.Regions;
using GPT4RoI.Contracts.Vision;
using GPT4RoI.Silo.Errors;

namespace GPT4RoI.Silo.Features;

/// <summary>
/// Gets an image's features to where they are needed: reads them from the store, has them computed when they are not there, and reads again.
/// Whatever was evicted or refused in between is simply computed once more, a bounded number of times.
/// </summary>
internal sealed class FeatureSource(FeatureStore store, IGrainFactory grains, FeatureKey keys)
{
    private const int Attempts = 3;

    /// <summary>What the features look like.</summary>
    public FeatureLayout Layout => store.Layout;

    /// <summary>Levels, shallow to deep, each float32 [patches, channels].</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public async Task<Outcome<float[][]>> LevelsAsync(string featureKey, MediaRef media, Range levels, CancellationToken cancellationToken)
    {
        var (first, count) = levels.GetOffsetAndLength(store.Layout.Levels);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var found = await Task.WhenAll(Enumerable.Range(first, count).Select(level => store.ReadLevelAsync(featureKey, level, cancellationToken)));
            if (AllThere(found) is { } all)
            {
                return all;
            }
            var encoded = await PatientCall.UntilDoneAsync(
                () => grains.GetGrain<IEncoderGrain>(featureKey).EnsureEncodedAsync(media, cancellationToken));
            if (encoded.Error is { } error)
            {
                return error;
            }
        }
        return SiloErrors.FeaturesLost;
    }

    /// <summary>One vector per box, float32 [hidden], in the order of the boxes, with its key.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public async Task<Outcome<RegionVector[]>> RegionsAsync(
        string featureKey, MediaRef media, IReadOnlyList<RegionBox> boxes, CancellationToken cancellationToken)
    {
        string[] regionKeys = [.. boxes.Select(box => keys.ForRegion(featureKey, box))];
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var found = await Task.WhenAll(regionKeys.Select(key => store.ReadRegionAsync(key, cancellationToken)));
            if (AllThere(found) is { } all)
            {
                return all.Zip(regionKeys, (values, key) => new RegionVector(key, values)).ToArray();
            }
            RegionBox[] missing = [.. boxes.Where((_, index) => found[index] is null)];
            var extracted = await PatientCall.UntilDoneAsync(
                () => grains.GetGrain<IRoiGrain>(featureKey).EnsureExtractedAsync(media, missing, cancellationToken));
            if (extracted.Error is { } error)
            {
                return error;
            }
        }
        return SiloErrors.FeaturesLost;
    }

    private static float[][]? AllThere(float[]?[] found) => Array.TrueForAll(found, values => values is not null) ? [.. found.OfType<float[]>()] : null;
}

/// <summary>A region's vector, float32 [hidden], and the key of its content.</summary>
internal sealed record RegionVector(string Key, float[] Values);
