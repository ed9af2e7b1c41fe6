namespace GPT4RoI.Model.Vision;

/// <summary>One output position of <see cref="ImageSqueeze"/>: two of <see cref="ImageSqueeze.Positions"/> by index, and their weights.</summary>
internal readonly record struct ImageSqueezeTap(int First, int Second, float FirstWeight, float SecondWeight);

/// <summary>
/// <c>torch.nn.functional.interpolate(mode="bilinear", align_corners=False)</c> along one axis: each output reads two neighbours, so of a long axis
/// most positions are never read. Computed in float32, as torch does; beyond 2^24 pixels the place read is accordingly coarse.
/// </summary>
internal sealed class ImageSqueeze
{
    private readonly ImageSqueezeTap[] _taps;

    private ImageSqueeze(ImageSqueezeTap[] taps, List<long> positions) => (_taps, Positions) = (taps, positions);

    /// <summary>The input positions that are read, ascending.</summary>
    public IReadOnlyList<long> Positions { get; }

    public ImageSqueezeTap this[int output] => _taps[output];

    public static ImageSqueeze Create(long input, int output)
    {
        var taps = new ImageSqueezeTap[output];
        var positions = new List<long>();
        var scale = (float)input / output;
        for (var index = 0; index < output; index++)
        {
            var source = Math.Max(0f, (scale * (index + 0.5f)) - 0.5f);
            var first = Math.Min((long)source, input - 1);
            var weight = Math.Clamp(source - first, 0f, 1f);
            taps[index] = new ImageSqueezeTap(Index(positions, first), Index(positions, Math.Min(first + 1, input - 1)), 1f - weight, weight);
        }

        return new ImageSqueeze(taps, positions);
    }

    // Positions are asked for in ascending pairs, so a known one is among the last two.
    private static int Index(List<long> positions, long position)
    {
        if (positions.Count > 0 && positions[^1] >= position)
        {
            return positions.Count - (positions[^1] == position ? 1 : 2);
        }

        positions.Add(position);
        return positions.Count - 1;
    }
}
