namespace GPT4RoI.Training.Modules;

/// <summary>
/// Position embeddings to begin with: sines and cosines of a patch's column and row, whose products fall with distance, so that attention finds a patch's
/// neighbours before it has learned anything (sinusoidal start: Trockman and Kolter 2023, arXiv 2305.09828).
/// </summary>
internal static class PositionWaves
{
    // Quarter turns from one patch to the next are the fastest waves that still tell left from right.
    private const double Fastest = Math.PI / 2;

    /// <summary>[1 + grid², width] float32, row by row; zero for the class token, and of mean zero in every channel.</summary>
    /// <param name="grid">Patches along one side.</param>
    /// <param name="width">Channels; what is left when they are divided by four stays zero.</param>
    /// <param name="deviation">The standard deviation of the patches' rows.</param>
    public static float[] Table(int grid, int width, double deviation)
    {
        var pairs = width / 4;
        var table = new double[grid * grid, width];
        for (var patch = 0; patch < grid * grid; patch++)
        {
            for (var pair = 0; pair < pairs; pair++)
            {
                var speed = Fastest * Math.Pow(grid, -(double)pair / Math.Max(1, pairs - 1));
                (table[patch, 2 * pair], table[patch, (2 * pair) + 1]) = Math.SinCos(speed * (patch % grid));
                (table[patch, 2 * (pairs + pair)], table[patch, (2 * (pairs + pair)) + 1]) = Math.SinCos(speed * (patch / grid));
            }
        }
        return Scale(table, deviation);
    }

    private static float[] Scale(double[,] table, double deviation)
    {
        var (patches, width) = (table.GetLength(0), table.GetLength(1));
        double squares = 0;
        for (var channel = 0; channel < width; channel++)
        {
            var mean = Enumerable.Range(0, patches).Average(patch => table[patch, channel]);
            for (var patch = 0; patch < patches; patch++)
            {
                table[patch, channel] -= mean;
                squares += table[patch, channel] * table[patch, channel];
            }
        }
        var scale = squares > 0 ? deviation / Math.Sqrt(squares / table.Length) : 0;
        return [.. Enumerable.Repeat(0f, width), .. table.Cast<double>().Select(value => (float)(value * scale))];
    }
}
