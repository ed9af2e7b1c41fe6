using System.Numerics.Tensors;
using GPT4RoI.Engine.Caching;
using GPT4RoI.Engine.Requests;
using GPT4RoI.Model.Regions;
using Microsoft.Extensions.Logging;
using static TorchSharp.torch;

namespace GPT4RoI.Engine.Vision;

/// <summary>
/// Turns boxes on images into region vectors on a thread of its own. Boxes of many callers and images are computed in one batch, because reading the
/// module's weights costs more than one region; an image's fused pyramid is kept for its next boxes.
/// </summary>
public sealed class RegionEncoder : IDisposable
{
    private readonly RegionModule _module;
    private readonly int _maxRegions;
    private readonly PyramidStore _pyramids;
    private readonly BatchWorker<RegionWork, float[][]> _worker;
    private readonly SingleFlight<ContentKey, ImageFeatures?> _reads = new();

    /// <param name="module">Used by the encoder's thread only; the caller disposes it after the encoder.</param>
    /// <param name="options">Validated limits.</param>
    /// <param name="time">The clock of waits.</param>
    /// <param name="logger">For failures.</param>
    public RegionEncoder(RegionModule module, VisionOptions options, TimeProvider time, ILogger<RegionEncoder> logger)
    {
        (_module, _maxRegions) = (module, options.MaxRegionsPerBatch);
        _pyramids = new(module, options.PyramidCacheBytes);
        var limits = new BatchLimits(options.MaxImagesPerBatch, options.MaxRegionsPerBatch, options.MaxBatchWait, options.MaxQueued);
        _worker = new("region-encoder", limits, Encode, time, logger);
    }

    /// <summary>Boxes of one image. Features are needed only where the pyramid is not held.</summary>
    private sealed record RegionWork(ContentKey ImageKey, ImageFeatures? Features, IReadOnlyList<BoundingBox> Boxes);

    /// <summary>One vector per box, in order.</summary>
    /// <param name="imageKey">Identifies the features: equal keys share a pyramid, so tenants who must not share must not have equal keys.</param>
    /// <param name="readFeatures">
    /// Called only if the image's pyramid is not held, once for callers that come together; null says that the features cannot be had. Its token is
    /// cancelled when no caller waits any more.
    /// </param>
    /// <param name="boxes">Normalised, x1 ≤ x2 and y1 ≤ y2. An empty list only prepares the pyramid.</param>
    /// <param name="cancellationToken">Boxes that still wait are then not computed.</param>
    /// <returns>float32 [output] per box, or why there are none.</returns>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async ValueTask<VisionOutcome<float[][]>> EncodeAsync(
        ContentKey imageKey, Func<CancellationToken, ValueTask<ImageFeatures?>> readFeatures, IReadOnlyList<BoundingBox> boxes,
        CancellationToken cancellationToken)
    {
        if (!boxes.All(IsOrdered))
        {
            return VisionFault.Invalid;
        }
        if (_pyramids.Contains(imageKey))
        {
            var outcome = await SubmitAsync(imageKey, null, boxes, cancellationToken).ConfigureAwait(false);
            if (outcome.Fault != VisionFault.FeaturesMissing)
            {
                return outcome;
            }
            // Evicted while the boxes waited.
        }
        var features = await _reads.RunAsync(imageKey, readFeatures, cancellationToken).ConfigureAwait(false);
        return features switch
        {
            null => VisionFault.FeaturesMissing,
            _ when !features.IsSound() => VisionFault.Invalid,
            _ => await SubmitAsync(imageKey, features, boxes, cancellationToken).ConfigureAwait(false),
        };
    }

    /// <summary>Refuses what waits, returns when the batch under way is done, and frees the pyramids.</summary>
    public void Dispose()
    {
        _worker.Dispose();
        _pyramids.Dispose();
    }

    private static bool IsOrdered(BoundingBox box) =>
        box.X1 <= box.X2 && box.Y1 <= box.Y2 && float.IsFinite(box.X2 - box.X1) && float.IsFinite(box.Y2 - box.Y1);

    private async Task<VisionOutcome<float[][]>> SubmitAsync(
        ContentKey imageKey, ImageFeatures? features, IReadOnlyList<BoundingBox> boxes, CancellationToken cancellationToken)
    {
        IEnumerable<IReadOnlyList<BoundingBox>> parts = boxes.Count <= _maxRegions ? [boxes] : boxes.Chunk(_maxRegions);
        var outcomes = await Task.WhenAll(parts.Select(
            part => _worker.SubmitAsync(new(imageKey, features, part), Math.Max(1, part.Count), cancellationToken).AsTask())).ConfigureAwait(false);
        var failed = Array.Find(outcomes, outcome => outcome.Fault != VisionFault.None);
        return failed.Fault != VisionFault.None ? failed : outcomes.SelectMany(outcome => outcome.Value!).ToArray();
    }

    private VisionOutcome<float[][]>[] Encode(IReadOnlyList<RegionWork> batch)
    {
        try
        {
            using var scope = NewDisposeScope();
            var pyramids = batch.Select(work => _pyramids.Find(work.ImageKey, work.Features)).ToArray();
            var images = batch.Zip(pyramids).Where(pair => pair.Second is not null)
                .Select(pair => new ImageRegions(pair.Second!.Maps, pair.First.Boxes)).ToArray();
            var vectors = images.Length == 0 ? [] : HostTensor.Unstack(_module.Extract(images)); // per region: [output]
            var next = 0;
            return [.. batch.Zip(pyramids, (work, pyramid) => pyramid is null ? VisionFault.FeaturesMissing : Sound(Take(work.Boxes.Count)))];

            float[][] Take(int count) => vectors[next..(next += count)];
        }
        finally
        {
            _pyramids.EndBatch();
        }
    }

    private static VisionOutcome<float[][]> Sound(float[][] vectors) =>
        vectors.All(static vector => TensorPrimitives.IsFiniteAll<float>(vector)) ? vectors : VisionFault.Failed;
}
