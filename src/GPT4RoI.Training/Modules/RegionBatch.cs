using GPT4RoI.Model;
using GPT4RoI.Model.Regions;

namespace GPT4RoI.Training.Modules;

/// <summary>
/// The boxes of a batch of images, with RoIAlign as matrices. Every image has as many places for boxes as the fullest one, so that a map is read once.
/// Made without torch, on the thread that prepares the batch.
/// </summary>
internal sealed class RegionBatch
{
    private RegionBatch(int images, int slots, int[] filled, float[] boxes, (float[] Rows, float[] Columns)[] weights) =>
        (Images, Slots, Filled, Boxes, Weights) = (images, slots, filled, boxes, weights);

    /// <summary>Images of the batch.</summary>
    public int Images { get; }

    /// <summary>Places per image.</summary>
    public int Slots { get; }

    /// <summary>[regions] places with a box, image by image.</summary>
    public int[] Filled { get; }

    /// <summary>[regions, 4] normalised.</summary>
    public float[] Boxes { get; }

    /// <summary>Per level, with RoIAlign: Wy [images, slots·pooled, n], and of the filled places Wx [regions, pooled, n].</summary>
    public (float[] Rows, float[] Columns)[] Weights { get; }

    public static RegionBatch Create(Gpt4RoiConfig config, IReadOnlyList<IReadOnlyList<BoundingBox>> boxes)
    {
        var slots = boxes.Max(list => list.Count);
        int[] filled = [.. boxes.SelectMany((list, image) => Enumerable.Range(image * slots, list.Count))];
        BoundingBox[] all = [.. boxes.SelectMany(list => list)];
        var levels = config.Regions.Deformable is null ? config.Regions.Levels : 0; // RoIAlign's alone
        var weights = Enumerable.Range(0, levels).Select(level => Level(config, level, boxes.Count * slots, filled, all)).ToArray();
        return new(boxes.Count, slots, filled, [.. all.SelectMany(box => new[] { box.X1, box.Y1, box.X2, box.Y2 })], weights);
    }

    private static (float[] Rows, float[] Columns) Level(Gpt4RoiConfig config, int level, int places, int[] filled, BoundingBox[] boxes)
    {
        var (bins, scale) = (config.Regions.PooledSize, 1 << (config.Regions.Levels - 1 - level));
        var size = config.Vision.Grid * scale;
        var options = new RoiAlignOptions(bins, bins, (float)(1 / ((double)config.Vision.PatchSize / scale)), config.Regions.SamplingRatio);
        var (rows, columns) = (new float[places * bins * size], new float[boxes.Length * bins * size]);
        for (var region = 0; region < boxes.Length; region++)
        {
            var (box, side) = (boxes[region], (float)config.Vision.ImageSize);
            AxisWeights.Fill(rows.AsSpan(filled[region] * bins * size, bins * size), box.Y1 * side, box.Y2 * side, size, bins, options);
            AxisWeights.Fill(columns.AsSpan(region * bins * size, bins * size), box.X1 * side, box.X2 * side, size, bins, options);
        }
        return (rows, columns);
    }
}
