using GPT4RoI.Model.Layers;
using GPT4RoI.Model.Native;
using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Regions;

/// <summary>A region's vector by deformable attention instead of RoIAlign; position embedding and output layer are the same.</summary>
internal sealed class DeformableExtractor : IDisposable
{
    private readonly RegionConfig _config;
    private readonly DeformableWeights _weights;
    private readonly List<Tensor> _owned = [];
    private readonly PositionEmbedding _position;
    private readonly Linear _gather, _output;

    /// <param name="config">Sizes; has a <see cref="RegionConfig.Deformable"/>.</param>
    /// <param name="loader">Scoped to <c>model.spi_module</c>.</param>
    public DeformableExtractor(RegionConfig config, WeightLoader loader)
    {
        _config = config;
        var scoped = loader.Scope("deformable");
        _weights = DeformableWeights.Read(config, (name, shape) =>
        {
            var weight = scoped.Require(name, shape);
            _owned.Add(weight);
            return weight;
        });
        _gather = new(scoped.Scope("output_proj"), config.Deformable!.Grid * config.Deformable.Grid * config.Channels, config.MiddleSize);
        _position = new(config, loader.Scope("roi_align.pos_embedd"));
        _output = new(loader.Scope("roi_align.updims"), config.MiddleSize, config.OutputSize);
    }

    /// <summary>Maps, finest first, boxes [regions, 4] float32 normalised and their images [regions] int64 to [regions, output]; the caller disposes it.</summary>
    public Tensor Forward(IReadOnlyList<Tensor> maps, Tensor boxes, Tensor images)
    {
        using var scope = NewDisposeScope();
        var places = boxes.to(maps[0].dtype);
        var position = _position.Forward(places); // [regions, middle]
        var seen = DeformableSampling.Forward(maps, places, images, position, _config.Deformable!, _weights); // [regions, grid²·channels]
        return _output.Forward(_gather.Forward(seen).PlusInPlace(position)).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _owned.ForEach(weight => weight.Dispose());
        _position.Dispose();
        _gather.Dispose();
        _output.Dispose();
    }
}
