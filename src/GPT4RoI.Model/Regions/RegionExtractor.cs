using GPT4RoI.Model.Layers;
using GPT4RoI.Model.Native;
using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Regions;

/// <summary>A region's vector from all maps of the pyramid and from its position (gpt4roi/models/layers.py: <c>MlvlRoIExtractor</c>).</summary>
internal sealed class RegionExtractor : IDisposable
{
    private readonly RegionConfig _config;
    private readonly int _imageSize, _patchSize;
    private readonly IRoiAlign _roiAlign;
    private readonly (Tensor Weight, Tensor Bias)[] _convolutions;
    private readonly PositionEmbedding _position;
    private readonly Linear _flatten, _output;

    /// <param name="config">Sizes.</param>
    /// <param name="imageSize">Side of the ViT's input in pixels: what normalised coordinates are scaled by.</param>
    /// <param name="patchSize">Side of a patch: pixels per position of the coarsest map.</param>
    /// <param name="loader">Scoped to <c>roi_align</c>.</param>
    public RegionExtractor(RegionConfig config, int imageSize, int patchSize, WeightLoader loader)
    {
        _config = config;
        (_imageSize, _patchSize) = (imageSize, patchSize);
        _roiAlign = RoiAlign.For(loader.Placement.Device, loader.Placement.Dtype);
        _convolutions = [.. Enumerable.Range(0, config.Levels).Select(level => loader.Scope($"pconvs.{level}"))
            .Select(scoped => (scoped.Require("weight", config.Channels, config.Channels, 3, 3), scoped.Require("bias", config.Channels)))];
        _position = new(config, loader.Scope("pos_embedd"));
        _flatten = new(loader.Scope("flatten_linear"), config.Channels * config.PooledSize * config.PooledSize, config.MiddleSize);
        _output = new(loader.Scope("updims"), config.MiddleSize, config.OutputSize);
    }

    /// <summary>Pools every box on every map: there is no assignment of boxes to levels.</summary>
    /// <param name="maps">The pyramid, finest first, each [batch, channels, n, n].</param>
    /// <param name="boxes">[regions, 4] float32, normalised.</param>
    /// <param name="imageIndex">[regions] int64, each box's image in the batch.</param>
    /// <returns>Per level [regions, channels, pooled, pooled]; the caller disposes them.</returns>
    public Tensor[] Align(IReadOnlyList<Tensor> maps, Tensor boxes, Tensor imageIndex)
    {
        using var scope = NewDisposeScope();
        var pixels = cat([imageIndex.to(ScalarType.Float32).unsqueeze(1), boxes.Times((float)_imageSize)], 1); // [regions, 5]
        return [.. maps.Select((map, level) => _roiAlign.Forward(map, pixels, Options(level)).MoveToOuterDisposeScope())];
    }

    /// <summary>The pooled maps and the position to a vector.</summary>
    /// <param name="aligned">Per level [regions, channels, pooled, pooled]; borrowed.</param>
    /// <param name="boxes">[regions, 4] float32, normalised.</param>
    /// <param name="probe">Shown <c>pconv.i</c>, <c>pos_embedd</c>, <c>flatten_linear</c>; the tensors are borrowed.</param>
    /// <returns>[regions, output]; the caller disposes it.</returns>
    public Tensor Embed(IReadOnlyList<Tensor> aligned, Tensor boxes, Action<string, Tensor>? probe = null)
    {
        using var scope = NewDisposeScope();
        var position = _position.Forward(boxes.to(aligned[0].dtype)); // [regions, middle]
        probe?.Invoke("pos_embedd", position);
        var appearance = _flatten.Forward(Convolve(aligned, probe).flatten(1)); // [regions, middle]
        probe?.Invoke("flatten_linear", appearance);
        return _output.Forward(appearance.PlusInPlace(position)).MoveToOuterDisposeScope();
    }

    /// <summary><see cref="Align"/>, then <see cref="Embed"/>.</summary>
    public Tensor Forward(IReadOnlyList<Tensor> maps, Tensor boxes, Tensor imageIndex, Action<string, Tensor>? probe = null)
    {
        using var scope = NewDisposeScope();
        var aligned = Align(maps, boxes, imageIndex);
        for (var level = 0; probe is not null && level < aligned.Length; level++)
        {
            probe($"roi_align.{level}", aligned[level]);
        }
        return Embed(aligned, boxes, probe).MoveToOuterDisposeScope();
    }

    private Tensor Convolve(IReadOnlyList<Tensor> aligned, Action<string, Tensor>? probe)
    {
        using var scope = NewDisposeScope();
        Tensor? sum = null; // [regions, channels, pooled, pooled]
        for (var level = 0; level < _convolutions.Length; level++)
        {
            var (weight, bias) = _convolutions[level];
            var convolved = nn.functional.conv2d(aligned[level], weight, bias, padding: [1, 1]);
            probe?.Invoke($"pconv.{level}", convolved);
            sum = sum?.PlusInPlace(convolved) ?? convolved;
        }
        return sum!.relu_().MoveToOuterDisposeScope();
    }

    private RoiAlignOptions Options(int level)
    {
        var stride = (double)_patchSize / (1 << (_config.Levels - 1 - level));
        return new(_config.PooledSize, _config.PooledSize, (float)(1 / stride), _config.SamplingRatio);
    }

    public void Dispose()
    {
        foreach (var (weight, bias) in _convolutions)
        {
            weight.Dispose();
            bias.Dispose();
        }
        _position.Dispose();
        _flatten.Dispose();
        _output.Dispose();
    }
}
