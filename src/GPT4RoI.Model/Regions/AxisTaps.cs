namespace GPT4RoI.Model.Regions;

/// <summary>
/// Where one box samples one axis of a map: each sample reads two neighbours. A bilinear sample is a product of its axes' weights, zero outside included,
/// so a bin's average separates into a weighted sum over rows and one over columns; both need only this. Float32 steps as in mmcv's CPU kernel.
/// </summary>
internal sealed class AxisTaps
{
    private int[] _index = [];
    private float[] _weight = [];

    /// <summary>Taps per bin: two per sample.</summary>
    public int PerBin { get; private set; }

    /// <summary>First and last position with a weight other than zero; First is greater than Last when there is none.</summary>
    public int First { get; private set; }

    /// <inheritdoc cref="First"/>
    public int Last { get; private set; }

    /// <summary>Positions read by a bin.</summary>
    public ReadOnlySpan<int> Index(int bin) => _index.AsSpan(bin * PerBin, PerBin);

    /// <summary>Their weights, which contain the division by the number of samples.</summary>
    public ReadOnlySpan<float> Weight(int bin) => _weight.AsSpan(bin * PerBin, PerBin);

    /// <summary>Computes the taps of a box's extent on an axis of <paramref name="size"/> positions.</summary>
    public void Set(float start, float end, int size, int bins, RoiAlignOptions options)
    {
        var offset = options.Aligned ? 0.5f : 0f;
        var first = start * options.SpatialScale - offset;
        var length = end * options.SpatialScale - offset - first;
        var bin = (options.Aligned ? length : Math.Max(length, 1f)) / bins;
        var samples = options.SamplingRatio > 0 ? options.SamplingRatio : (int)Math.Ceiling(bin);
        PerBin = 2 * samples;
        if (_index.Length < bins * PerBin)
        {
            (_index, _weight) = (new int[bins * PerBin], new float[bins * PerBin]);
        }
        (First, Last) = (size, -1);
        for (var sample = 0; sample < bins * samples; sample++)
        {
            var position = first + sample / samples * bin + (sample % samples + 0.5f) * bin / samples;
            Set(sample, position, size, 1f / samples);
        }
    }

    private void Set(int sample, float position, int size, float share)
    {
        var inside = position >= -1 && position <= size;
        var clamped = inside ? Math.Max(position, 0) : 0;
        var low = Math.Min((int)clamped, size - 1);
        var fraction = low < size - 1 ? clamped - low : 0; // behind the last pixel's centre its value holds
        var high = Math.Min(low + 1, size - 1);
        (_index[2 * sample], _index[2 * sample + 1]) = (low, high);
        (_weight[2 * sample], _weight[2 * sample + 1]) = inside ? ((1 - fraction) * share, fraction * share) : (0, 0);
        if (inside)
        {
            (First, Last) = (Math.Min(First, low), Math.Max(Last, high));
        }
    }
}
