using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Regions;

/// <summary>
/// Turns ViT levels into maps of rising resolution and lets neighbours exchange channels (gpt4roi/models/layers.py: <c>MLVLFuseModule</c>): the shallowest
/// level gets the finest map. It does not depend on boxes: computed once per image.
/// </summary>
internal sealed class FeaturePyramid : IDisposable
{
    private readonly InputConvolution[] _inputs;
    private readonly FuseConvolution[] _rounds;
    private readonly int _levels, _shuffled, _kept;

    /// <param name="config">Sizes.</param>
    /// <param name="loader">Scoped to <c>mlvl_fuse</c>.</param>
    public FeaturePyramid(RegionConfig config, WeightLoader loader)
    {
        _levels = config.Levels;
        _shuffled = config.Channels / 4;
        _kept = config.Channels - 2 * _shuffled;
        _inputs = [.. Enumerable.Range(0, config.Levels).Select(level => new InputConvolution(config, loader.Scope($"input_conv.{level}")))];
        _rounds = [.. Enumerable.Range(0, config.FuseRounds).Select(round => new FuseConvolution(config, loader.Scope($"fuse_convs.{round}")))];
    }

    /// <summary>
    /// Levels, shallow to deep, each [batch, grid·grid, channels], to maps [batch, channels, 2^k·grid, 2^k·grid] with k from levels − 1 down to 0.
    /// The caller disposes them.
    /// </summary>
    /// <param name="levels">Borrowed.</param>
    /// <param name="probe">Shown <c>input_conv.i</c> and <c>mlvl_fuse.i</c>; the tensors are borrowed.</param>
    public Tensor[] Forward(IReadOnlyList<Tensor> levels, Action<string, Tensor>? probe = null)
    {
        using var scope = NewDisposeScope();
        var grid = (int)Math.Sqrt(levels[0].shape[1]);
        var maps = _inputs.Select((input, level) => input.Forward(levels[level], grid, grid << (_levels - 1 - level))).ToArray();
        Show(probe, "input_conv", maps);
        foreach (var round in _rounds)
        {
            var fused = Enumerable.Range(0, _levels).Select(level => Fuse(round, maps, level)).ToArray();
            Array.ForEach(maps, map => map.Dispose());
            maps = fused;
        }
        Show(probe, "mlvl_fuse", maps);
        return [.. maps.Select(map => map.MoveToOuterDisposeScope())];
    }

    private Tensor Fuse(FuseConvolution round, Tensor[] maps, int level)
    {
        using var scope = NewDisposeScope();
        var size = maps[level].shape[^1];
        var (coarser, finer) = (maps[Math.Min(level + 1, _levels - 1)], maps[Math.Max(level - 1, 0)]);
        var own = maps[level].narrow(1, 0, _kept);
        var fromCoarser = Bilinear.Resize(coarser.narrow(1, _kept + _shuffled, _shuffled), size);
        var fromFiner = Bilinear.Resize(finer.narrow(1, _kept, _shuffled), size);
        return round.Forward(cat([own, fromCoarser, fromFiner], 1)).MoveToOuterDisposeScope();
    }

    private static void Show(Action<string, Tensor>? probe, string stage, Tensor[] maps)
    {
        for (var level = 0; probe is not null && level < maps.Length; level++)
        {
            probe($"{stage}.{level}", maps[level]);
        }
    }

    public void Dispose()
    {
        Array.ForEach(_inputs, input => input.Dispose());
        Array.ForEach(_rounds, round => round.Dispose());
    }
}
