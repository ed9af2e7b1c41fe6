using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Regions;

/// <summary>Feature levels and boxes to region vectors (gpt4roi/models/layers.py: <c>MLVLROIQueryModule</c>, checkpoint name <c>spi_module</c>).</summary>
public sealed class RegionModule : IDisposable
{
    private readonly RegionConfig _config;
    private readonly ModelPlacement _placement;
    private readonly FeaturePyramid _pyramid;
    private readonly RegionExtractor? _extractor;
    private readonly DeformableExtractor? _deformable;

    /// <param name="config">Sizes.</param>
    /// <param name="imageSize">Side of the ViT's input in pixels (224).</param>
    /// <param name="patchSize">Side of its patches in pixels (14).</param>
    /// <param name="loader">Scoped to <c>model.spi_module</c>; its source must outlive the module.</param>
    public RegionModule(RegionConfig config, int imageSize, int patchSize, WeightLoader loader)
    {
        _config = config;
        _placement = loader.Placement;
        _pyramid = new(config, loader.Scope("mlvl_fuse"));
        if (config.Deformable is null)
        {
            _extractor = new(config, imageSize, patchSize, loader.Scope("roi_align"));
        }
        else
        {
            _deformable = new(config, loader);
        }
    }

    /// <summary>The pyramid of a batch of images. It does not depend on boxes and costs by far the most: keep it.</summary>
    /// <param name="levels">Shallow to deep, each [batch, grid·grid, channels], any float dtype and device; borrowed.</param>
    /// <param name="probe">Shown <c>input_conv.i</c> and <c>mlvl_fuse.i</c>; the tensors are borrowed during the call.</param>
    /// <returns>Finest first, each [batch, channels, n, n] with n = 2^(levels − 1)·grid … grid. The caller disposes them.</returns>
    /// <exception cref="ArgumentException">The levels have other shapes.</exception>
    public Tensor[] Fuse(IReadOnlyList<Tensor> levels, Action<string, Tensor>? probe = null)
    {
        if (levels.Count != _config.Levels || levels.Any(level => !IsLevel(level, levels[0])))
        {
            throw new ArgumentException($"The pyramid needs {_config.Levels} levels [batch, grid·grid, {_config.InputChannels}] of one shape.", nameof(levels));
        }
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var placed = levels.Select(level => level.to(_placement.Device).to(_placement.Dtype)).ToArray();
        return [.. _pyramid.Forward(placed, probe).Select(map => map.MoveToOuterDisposeScope())];
    }

    /// <summary>The vectors of boxes on a batch fused together.</summary>
    /// <param name="maps">From <see cref="Fuse"/>; borrowed.</param>
    /// <param name="boxesPerImage">One list per image of the batch; lists may be empty.</param>
    /// <param name="probe">
    /// Shown <c>roi_align.i</c>, <c>pconv.i</c>, <c>pos_embedd</c> and <c>flatten_linear</c>; the tensors are borrowed during the call.
    /// </param>
    /// <returns>[regions, output], image by image. The caller disposes it.</returns>
    /// <exception cref="ArgumentException">A box is inverted or not finite, or there are more lists than images.</exception>
    public Tensor Extract(IReadOnlyList<Tensor> maps, IReadOnlyList<IReadOnlyList<BoundingBox>> boxesPerImage, Action<string, Tensor>? probe = null)
    {
        if (boxesPerImage.Count > maps[0].shape[0])
        {
            throw new ArgumentException($"Boxes of {boxesPerImage.Count} images for a batch of {maps[0].shape[0]}.", nameof(boxesPerImage));
        }
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var boxes = Boxes(boxesPerImage.SelectMany(list => list)); // [regions, 4]
        var images = boxesPerImage.SelectMany((list, image) => Enumerable.Repeat((long)image, list.Count)).ToArray();
        if (images.Length == 0)
        {
            return Nothing();
        }
        var imageIndex = tensor(images, device: _placement.Device);
        return (_deformable?.Forward(maps, boxes, imageIndex) ?? _extractor!.Forward(maps, boxes, imageIndex, probe)).MoveToOuterDisposeScope();
    }

    /// <summary>The vectors of boxes on images fused at different times: pooled image by image, then computed in one batch.</summary>
    /// <returns>[regions, output], image by image. The caller disposes it.</returns>
    /// <exception cref="ArgumentException">A box is inverted or not finite.</exception>
    public Tensor Extract(IReadOnlyList<ImageRegions> images)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var asked = images.Where(image => image.Boxes.Count > 0).ToArray();
        if (asked.Length == 0)
        {
            return Nothing();
        }
        if (_deformable is not null)
        {
            return cat([.. asked.Select(image => _deformable.Forward(image.Maps, Boxes(image.Boxes), First(image)))]).MoveToOuterDisposeScope();
        }
        var aligned = asked.Select(image => _extractor!.Align(image.Maps, Boxes(image.Boxes), First(image))).ToArray();
        var levels = Enumerable.Range(0, _config.Levels).Select(level => cat([.. aligned.Select(maps => maps[level])])).ToArray();
        return _extractor!.Embed(levels, Boxes(images.SelectMany(image => image.Boxes))).MoveToOuterDisposeScope();

        Tensor First(ImageRegions image) => zeros(image.Boxes.Count, ScalarType.Int64, _placement.Device);
    }

    private Tensor Nothing() => zeros([0, _config.OutputSize], _placement.Dtype, _placement.Device).MoveToOuterDisposeScope();

    private bool IsLevel(Tensor level, Tensor first) =>
        level.shape is [_, var patches, var channels] && channels == _config.InputChannels && level.shape.SequenceEqual(first.shape)
        && (long)Math.Sqrt(patches) is var grid && grid * grid == patches;

    private Tensor Boxes(IEnumerable<BoundingBox> boxes)
    {
        var list = boxes.ToArray();
        // An inverted box has no bins to speak of: mmcv's CPU kernel refuses it too.
        if (Array.Exists(list, box => !(box.X1 <= box.X2 && box.Y1 <= box.Y2 && float.IsFinite(box.X2 - box.X1) && float.IsFinite(box.Y2 - box.Y1))))
        {
            throw new ArgumentException("A box is inverted or not finite.", nameof(boxes));
        }
        var corners = list.SelectMany(box => new[] { box.X1, box.Y1, box.X2, box.Y2 }).ToArray();
        return tensor(corners, [list.Length, 4], ScalarType.Float32, _placement.Device);
    }

    public void Dispose()
    {
        _pyramid.Dispose();
        _extractor?.Dispose();
        _deformable?.Dispose();
    }
}
