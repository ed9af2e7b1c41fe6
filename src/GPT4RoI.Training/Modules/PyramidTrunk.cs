using GPT4RoI.Model;
using GPT4RoI.Model.Native;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Modules;

/// <summary>
/// Levels to fused maps (gpt4roi/models/layers.py: <c>MLVLFuseModule</c>), differentiable. Maps lie in memory position by position (channels last), as the
/// ViT's tokens do. The 1×1 input convolution runs on the ViT's grid: it commutes with the upsampling, and so do its coordinate channels.
/// </summary>
internal sealed class PyramidTrunk(ParameterSet parameters, Gpt4RoiConfig config, ComputeOptions options)
{
    private readonly RegionConfig _config = config.Regions;
    private readonly int _grid = config.Vision.Grid;

    /// <summary>
    /// Levels, shallow to deep, each [batch, grid·grid, inputs], to maps, finest first, each [batch, channels, n, n] with n = grid·2^k. The caller disposes
    /// them.
    /// </summary>
    public Tensor[] Forward(IReadOnlyList<Tensor> levels)
    {
        using var scope = NewDisposeScope();
        var maps = levels.Select((level, index) => Project(level, index)).ToArray();
        for (var round = 0; round < _config.FuseRounds; round++)
        {
            maps = Fuse(maps, $"{RegionCatalog.Prefix}mlvl_fuse.fuse_convs.{round}.");
        }
        return [.. maps.Select(map => map.MoveToOuterDisposeScope())];
    }

    private Tensor Project(Tensor level, int index)
    {
        using var scope = NewDisposeScope();
        var name = $"{RegionCatalog.Prefix}mlvl_fuse.input_conv.{index}";
        var weight = parameters[name + ".weight"].flatten(1); // [channels, inputs + 2]
        var axis = linspace(-1, 1, _grid, ScalarType.Float32, level.device);
        var coordinates = stack([axis.repeat(_grid), axis.repeat_interleave(_grid)], 1); // [grid·grid, 2]
        var place = nn.functional.linear(coordinates, weight.narrow(1, _config.InputChannels, 2), parameters[name + ".bias"]); // [grid·grid, channels]
        var projected = Layers.Linear(level, weight.narrow(1, 0, _config.InputChannels)).Plus(place.to(level.dtype)); // [batch, grid·grid, channels]
        var map = projected.unflatten(1, _grid, _grid).permute(0, 3, 1, 2); // [batch, channels, grid, grid]
        return Resize(map, (long)_grid << (_config.Levels - 1 - index)).MoveToOuterDisposeScope();
    }

    private Tensor[] Fuse(Tensor[] maps, string name)
    {
        var (weight, normWeight, normBias) = (parameters[name + "conv.weight"], parameters[name + "gn.weight"], parameters[name + "gn.bias"]);
        return [.. Enumerable.Range(0, maps.Length).Select(level => Recomputed.Run(options.GradientCheckpointing, Convolve, Shuffle(maps, level)))];

        Tensor Convolve(Tensor mixed)
        {
            using var scope = NewDisposeScope();
            var convolved = Layers.Convolution(mixed, weight).to(ScalarType.Float32).permute(0, 2, 3, 1); // [batch, height, width, channels]
            return GroupNormRelu.Apply(convolved, normWeight, normBias, _config.GroupNormGroups)
                .permute(0, 3, 1, 2).to(mixed.dtype).MoveToOuterDisposeScope(); // [batch, channels, height, width]
        }
    }

    // Half of the channels stay, a quarter comes from the coarser and one from the finer map.
    private static Tensor Shuffle(Tensor[] maps, int level)
    {
        using var scope = NewDisposeScope();
        var map = maps[level];
        var (channels, size) = (map.shape[1], map.shape[2]);
        var (quarter, kept) = (channels / 4, channels - (channels / 4 * 2));
        var coarser = maps[Math.Min(level + 1, maps.Length - 1)].narrow(1, kept + quarter, quarter);
        var finer = maps[Math.Max(level - 1, 0)].narrow(1, kept, quarter);
        return cat([map.narrow(1, 0, kept), Resize(coarser, size), Resize(finer, size)], 1).MoveToOuterDisposeScope();
    }

    private static Tensor Resize(Tensor map, long size) => map.shape[2] == size
        ? map
        : nn.functional.interpolate(map, [size, size], mode: InterpolationMode.Bilinear, align_corners: true);
}
