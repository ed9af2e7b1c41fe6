namespace GPT4RoI.Model.Vision;

/// <summary>
/// Pillow's bicubic weights for one axis, for chosen output positions only: windows of input positions and their fixed-point weights.
/// Bit-exact with Pillow 9.4 <c>Resample.c</c> (a = -0.5, antialiased when shrinking).
/// </summary>
internal sealed class ImageResampleAxis
{
    /// <summary>Fraction bits of a weight.</summary>
    public const int Precision = 22;

    private const double Support = 2.0;

    private readonly int[] _starts;
    private readonly int[] _offsets;
    private readonly int[] _weights;

    private ImageResampleAxis(int[] starts, int[] offsets, int[] weights) => (_starts, _offsets, _weights) = (starts, offsets, weights);

    /// <summary>Number of output positions.</summary>
    public int Count => _starts.Length;

    /// <param name="input">Pixels along the axis.</param>
    /// <param name="output">Pixels it is resized to.</param>
    /// <param name="positions">The output positions wanted, ascending.</param>
    public static ImageResampleAxis Create(int input, long output, IReadOnlyList<long> positions)
    {
        var scale = (double)input / output;
        var filterScale = Math.Max(scale, 1.0);
        var reach = Support * filterScale;
        var starts = new int[positions.Count];
        var offsets = new int[positions.Count + 1];
        var weights = new List<int>();
        for (var index = 0; index < positions.Count; index++)
        {
            var center = (positions[index] + 0.5) * scale;
            starts[index] = Math.Max(0, (int)(center - reach + 0.5));
            var end = Math.Min(input, (int)(center + reach + 0.5));
            AddWeights(weights, center, starts[index], end, 1.0 / filterScale);
            offsets[index + 1] = weights.Count;
        }

        return new ImageResampleAxis(starts, offsets, [.. weights]);
    }

    /// <summary>First input position of a window.</summary>
    public int Start(int index) => _starts[index];

    /// <summary>A window's weights, in units of 2^-22; their number is the window's width.</summary>
    public ReadOnlySpan<int> Weights(int index) => _weights.AsSpan(_offsets[index].._offsets[index + 1]);

    private static void AddWeights(List<int> weights, double center, int start, int end, double inverseScale)
    {
        var count = end - start;
        Span<double> exact = count <= 256 ? stackalloc double[count] : new double[count];
        var sum = 0.0;
        for (var x = 0; x < count; x++)
        {
            exact[x] = Bicubic((x + start - center + 0.5) * inverseScale);
            sum += exact[x];
        }

        foreach (var weight in exact)
        {
            var fixedPoint = weight / sum * (1 << Precision);
            weights.Add((int)(fixedPoint < 0 ? fixedPoint - 0.5 : fixedPoint + 0.5));
        }
    }

    private static double Bicubic(double x)
    {
        const double a = -0.5;
        x = Math.Abs(x);
        return x switch
        {
            < 1.0 => ((((a + 2.0) * x) - (a + 3.0)) * x * x) + 1,
            < 2.0 => (((((x - 5) * x) + 8) * x) - 4) * a,
            _ => 0.0,
        };
    }
}
