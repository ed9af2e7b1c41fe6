using GPT4RoI.Model;
using GPT4RoI.Model.Vision;
using Microsoft.Extensions.Logging;
using static TorchSharp.torch;

namespace GPT4RoI.Engine.Vision;

/// <summary>Encodes images with the CLIP tower on a thread of its own; images of many callers are computed in one batch.</summary>
public sealed class ImageEncoder : IDisposable
{
    private readonly ClipVisionTower _tower;
    private readonly ClipVisionConfig _config;
    private readonly BatchWorker<ReadOnlyMemory<float>, ImageFeatures> _worker;

    /// <param name="tower">Used by the encoder's thread only; the caller disposes it after the encoder.</param>
    /// <param name="config">The tower's sizes.</param>
    /// <param name="options">Validated limits.</param>
    /// <param name="time">The clock of waits.</param>
    /// <param name="logger">For failures.</param>
    public ImageEncoder(ClipVisionTower tower, ClipVisionConfig config, VisionOptions options, TimeProvider time, ILogger<ImageEncoder> logger)
    {
        (_tower, _config) = (tower, config);
        var limits = new BatchLimits(options.MaxImagesPerBatch, options.MaxImagesPerBatch, options.MaxBatchWait, options.MaxQueued);
        _worker = new("image-encoder", limits, Encode, time, logger);
    }

    /// <summary>The feature levels of one image.</summary>
    /// <param name="pixels">float32 [3, side, side], preprocessed. Not to be changed until the call ends.</param>
    /// <param name="cancellationToken">An image that still waits is then not computed.</param>
    /// <returns>The levels, or why there are none: wrong size, queue full, stopping, or failed by itself (a NaN, for example).</returns>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public ValueTask<VisionOutcome<ImageFeatures>> EncodeAsync(ReadOnlyMemory<float> pixels, CancellationToken cancellationToken) =>
        pixels.Length == 3 * _config.ImageSize * _config.ImageSize
            ? _worker.SubmitAsync(pixels, 1, cancellationToken)
            : ValueTask.FromResult<VisionOutcome<ImageFeatures>>(VisionFault.Invalid);

    /// <summary>Refuses what waits and returns when the batch under way is done.</summary>
    public void Dispose() => _worker.Dispose();

    private VisionOutcome<ImageFeatures>[] Encode(IReadOnlyList<ReadOnlyMemory<float>> images)
    {
        using var scope = NewDisposeScope();
        var pixels = HostTensor.Stack(images, images.Count, 3, _config.ImageSize, _config.ImageSize); // [batch, 3, side, side]
        var levels = _tower.Forward(pixels).Select(HostTensor.Unstack).ToArray(); // per level, per image: [patches, channels]
        return [.. Enumerable.Range(0, images.Count).Select(image => Sound([.. levels.Select(level => level[image])]))];
    }

    private VisionOutcome<ImageFeatures> Sound(float[][] levels)
    {
        var features = new ImageFeatures(levels, _config.Patches, _config.HiddenSize);
        return features.IsSound() ? features : VisionFault.Failed;
    }
}
