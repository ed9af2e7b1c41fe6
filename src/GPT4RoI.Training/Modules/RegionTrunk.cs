using GPT4RoI.Model;
using GPT4RoI.Model.Native;
using GPT4RoI.Model.Regions;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Modules;

/// <summary>Maps and boxes to region vectors (gpt4roi/models/layers.py: <c>MlvlRoIExtractor</c>), differentiable.</summary>
internal sealed class RegionTrunk(ParameterSet parameters, Gpt4RoiConfig config)
{
    private const string Prefix = RegionCatalog.Prefix + "roi_align.";
    private const double Epsilon = 1e-5;

    private readonly RegionConfig _config = config.Regions;

    /// <summary>Maps, finest first, each [batch, channels, n, n] with channels last in memory, to [regions, output]. The caller disposes it.</summary>
    public Tensor Forward(IReadOnlyList<Tensor> maps, RegionBatch regions)
    {
        using var scope = NewDisposeScope();
        var (device, dtype) = (maps[0].device, maps[0].dtype);
        var boxes = tensor(regions.Boxes, device: device).view(-1, 4).to(dtype); // [regions, 4]
        var position = Position(boxes); // [regions, middle]
        var appearance = _config.Deformable is null ? Pool(maps, regions) : Attend(maps, regions, boxes, position); // [regions, middle]
        return Layers.Linear(appearance.Plus(position), parameters, Prefix + "updims").MoveToOuterDisposeScope();
    }

    private Tensor Attend(IReadOnlyList<Tensor> maps, RegionBatch regions, Tensor boxes, Tensor position)
    {
        const string Name = RegionCatalog.Prefix + "deformable.";
        var images = tensor([.. regions.Filled.Select(place => (long)(place / regions.Slots))], device: boxes.device);
        var weights = DeformableWeights.Read(_config, (name, _) => parameters[Name + name].to(boxes.dtype));
        var seen = DeformableSampling.Forward(maps, boxes, images, position, _config.Deformable!, weights); // [regions, grid²·channels]
        return Layers.Linear(seen, parameters, Name + "output_proj");
    }

    private Tensor Pool(IReadOnlyList<Tensor> maps, RegionBatch regions)
    {
        Tensor? sum = null; // [regions, channels, pooled, pooled]
        for (var level = 0; level < maps.Count; level++)
        {
            var name = $"{Prefix}pconvs.{level}";
            var convolved = Layers.Convolution(Align(maps[level], regions, level), parameters[name + ".weight"], parameters[name + ".bias"]);
            sum = sum is null ? convolved : sum.Plus(convolved);
        }
        return Layers.Linear(sum!.relu().contiguous().flatten(1), parameters, Prefix + "flatten_linear");
    }

    /// <summary>RoIAlign as Wy · map · Wxᵀ: [regions, channels, pooled, pooled], channels last in memory. The caller disposes it.</summary>
    public Tensor Align(Tensor map, RegionBatch regions, int level)
    {
        using var scope = NewDisposeScope();
        var (channels, size, bins) = (map.shape[1], map.shape[2], _config.PooledSize);
        var rowWeights = Weights(regions.Weights[level].Rows, map).view(regions.Images, -1, size); // [batch, slots·pooled, n]
        var columnWeights = Weights(regions.Weights[level].Columns, map).view(-1, 1, bins, size); // [regions, 1, pooled, n]
        var rows = bmm(rowWeights, map.permute(0, 2, 3, 1).flatten(2)) // [batch, slots·pooled, n·channels]
            .view(regions.Images * regions.Slots, -1); // [batch·slots, pooled·n·channels]
        if (regions.Filled.Length < rows.shape[0])
        {
            rows = rows.index_select(0, tensor(regions.Filled, device: map.device)); // [regions, pooled·n·channels]
        }
        var bands = rows.view(-1, size, channels); // [regions·pooled, n, channels]
        var aligned = bmm(columnWeights.expand(-1, bins, -1, -1).reshape(-1, bins, size), bands) // [regions·pooled, pooled, channels]
            .view(-1, bins, bins, channels); // [regions, pooledY, pooledX, channels]
        return aligned.permute(0, 3, 1, 2).MoveToOuterDisposeScope(); // [regions, channels, pooled, pooled]
    }

    private Tensor Position(Tensor boxes)
    {
        var hidden = Layers.Norm(Layers.Linear(boxes, parameters, Prefix + "pos_embedd.0").relu(), parameters, Prefix + "pos_embedd.2", Epsilon);
        return Layers.Norm(Layers.Linear(hidden, parameters, Prefix + "pos_embedd.3").relu(), parameters, Prefix + "pos_embedd.5", Epsilon);
    }

    private static Tensor Weights(float[] values, Tensor map) => tensor(values, device: map.device).to(map.dtype);
}
