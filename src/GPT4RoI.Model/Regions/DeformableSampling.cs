using GPT4RoI.Model.Native;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Regions;

/// <summary>
/// Multi-scale deformable attention over a box (Zhu et al., Deformable DETR, arXiv 2010.04159, equation 3): every point of a grid in the box asks, per head and
/// level, at K places near itself, by offsets and weights computed from its query. Torch operations only, differentiable in everything but the boxes' images.
/// </summary>
public static class DeformableSampling
{
    /// <summary>What the points of every box see.</summary>
    /// <param name="maps">Finest first, each [batch, channels, n, n].</param>
    /// <param name="boxes">[regions, 4] normalised, in the maps' dtype.</param>
    /// <param name="images">[regions] int64, each box's image in the batch.</param>
    /// <param name="position">[regions, middle], the boxes' position embedding.</param>
    /// <param name="config">Grid, heads and K.</param>
    /// <param name="weights">Borrowed.</param>
    /// <returns>[regions, grid²·channels], point by point. The caller disposes it.</returns>
    public static Tensor Forward(
        IReadOnlyList<Tensor> maps, Tensor boxes, Tensor images, Tensor position, DeformableConfig config, DeformableWeights weights)
    {
        using var scope = NewDisposeScope();
        long regions = boxes.shape[0], levels = maps.Count, channels = maps[0].shape[1];
        var query = position.unsqueeze(1).Plus(weights.Points); // [regions, grid², middle]
        var offsets = nn.functional.linear(query, weights.OffsetWeight, weights.OffsetBias)
            .view(regions, -1, config.Heads, levels, config.Points, 2); // [regions, grid², heads, levels, K, (x, y)]
        var attention = nn.functional.linear(query, weights.AttentionWeight, weights.AttentionBias)
            .view(regions, -1, config.Heads, levels * config.Points).softmax(-1)
            .view(regions, -1, config.Heads, levels, config.Points); // [regions, grid², heads, levels, K]
        var places = Centres(boxes, config.Grid).Plus(offsets * HalfSize(boxes)); // as offsets, in 0..1 of the image
        var seen = zeros([regions, (long)config.Grid * config.Grid, config.Heads, channels / config.Heads], boxes.dtype, boxes.device);
        for (var level = 0; level < levels; level++)
        {
            var values = nn.functional.linear(maps[level].permute(0, 2, 3, 1), weights.ValueWeight, weights.ValueBias) // [batch, n, n, channels]
                .unflatten(3, config.Heads, -1); // [batch, n, n, heads, headDim]
            seen = seen.Plus(Sample(values, places.select(3, level), attention.select(3, level), images));
        }
        return seen.flatten(1).MoveToOuterDisposeScope();
    }

    // The weighted sum of bilinear samples; what lies outside the map is zero. Pixel centres are at half-integers.
    private static Tensor Sample(Tensor values, Tensor places, Tensor attention, Tensor images)
    {
        using var scope = NewDisposeScope();
        var (size, heads) = (values.shape[1], values.shape[3]);
        var table = values.flatten(0, 3); // [batch·n·n·heads, headDim]
        var position = places.Times(size).Plus(-0.5); // [regions, grid², heads, K, (x, y)]
        var low = position.detach().floor();
        var fraction = position - low;
        var image = images.view(-1, 1, 1, 1);
        var head = Arithmetic.Range(heads, ScalarType.Int64, values.device).view(1, 1, -1, 1);
        Tensor? sum = null;
        foreach (var (right, down) in new[] { (0, 0), (1, 0), (0, 1), (1, 1) })
        {
            var (x, y) = (low.select(-1, 0).Plus(right), low.select(-1, 1).Plus(down)); // [regions, grid², heads, K]
            var inside = x.IsWithin(0, size - 1).logical_and(y.IsWithin(0, size - 1)); // places are whole numbers
            var (ofX, ofY) = (fraction.select(-1, 0), fraction.select(-1, 1));
            var weight = attention * (right == 1 ? ofX : ofX.neg().Plus(1)) * (down == 1 ? ofY : ofY.neg().Plus(1)) * inside;
            var row = image.Times(size).Plus(Index(y, size)).Times(size).Plus(Index(x, size)); // [regions, grid², heads, K]
            var taps = table.index_select(0, row.Times(heads).Plus(head).flatten()).view([.. row.shape, -1]); // [regions, grid², heads, K, headDim]
            var seen = (taps * weight.unsqueeze(-1)).sum([3]); // [regions, grid², heads, headDim]
            sum = sum is null ? seen : sum.Plus(seen);
        }
        return sum!.MoveToOuterDisposeScope();
    }

    private static Tensor Index(Tensor position, long size) => position.AtLeast(0).AtMost(size - 1).to(ScalarType.Int64);

    // The middles of the grid's cells: [regions, grid², 1, 1, 1, (x, y)].
    private static Tensor Centres(Tensor boxes, int grid)
    {
        var cells = Arithmetic.Range(grid, boxes.dtype, boxes.device).Plus(0.5).Over(grid); // [grid]
        var share = stack([cells.repeat(grid), cells.repeat_interleave(grid)], 1); // [grid², (x, y)]
        var (first, last) = (boxes.narrow(1, 0, 2).unsqueeze(1), boxes.narrow(1, 2, 2).unsqueeze(1)); // [regions, 1, (x, y)]
        return first.Plus((last - first) * share).unsqueeze(2).unsqueeze(2).unsqueeze(2);
    }

    private static Tensor HalfSize(Tensor boxes) => (boxes.narrow(1, 2, 2) - boxes.narrow(1, 0, 2)).Over(2).view(-1, 1, 1, 1, 1, 2);
}

/// <summary>The parameters of deformable attention, named in a checkpoint as <c>model.spi_module.deformable.…</c>.</summary>
/// <param name="Points"><c>points</c> [grid², middle]: what a point's place in the grid adds to its query.</param>
/// <param name="OffsetWeight"><c>sampling_offsets.weight</c> [heads·levels·K·2, middle]: in halves of the box's sides.</param>
/// <param name="OffsetBias"><c>sampling_offsets.bias</c>.</param>
/// <param name="AttentionWeight"><c>attention_weights.weight</c> [heads·levels·K, middle].</param>
/// <param name="AttentionBias"><c>attention_weights.bias</c>.</param>
/// <param name="ValueWeight"><c>value_proj.weight</c> [channels, channels].</param>
/// <param name="ValueBias"><c>value_proj.bias</c>.</param>
public sealed record DeformableWeights(
    Tensor Points, Tensor OffsetWeight, Tensor OffsetBias, Tensor AttentionWeight, Tensor AttentionBias, Tensor ValueWeight, Tensor ValueBias)
{
    /// <summary>Asks for each parameter by its name and shape.</summary>
    public static DeformableWeights Read(RegionConfig config, Func<string, long[], Tensor> require)
    {
        var (deformable, middle, channels) = (config.Deformable!, (long)config.MiddleSize, (long)config.Channels);
        var samples = (long)deformable.Heads * config.Levels * deformable.Points;
        return new(
            require("points", [(long)deformable.Grid * deformable.Grid, middle]),
            require("sampling_offsets.weight", [samples * 2, middle]), require("sampling_offsets.bias", [samples * 2]),
            require("attention_weights.weight", [samples, middle]), require("attention_weights.bias", [samples]),
            require("value_proj.weight", [channels, channels]), require("value_proj.bias", [channels]));
    }
}
