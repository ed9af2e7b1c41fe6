namespace GPT4RoI.Model.Regions;

/// <summary>
/// RoIAlign along one axis as a matrix. A bin's average is a product of its axes' weights, so bins = Wy · map · Wxᵀ: two small products, differentiable in
/// the map.
/// </summary>
public static class AxisWeights
{
    /// <summary>Fills the matrix of one box and axis; equal to what <see cref="CpuRoiAlign"/> reads.</summary>
    /// <param name="weights">[bins, size] row-major, zero before the call.</param>
    /// <param name="start">The box's first coordinate in pixels of the image.</param>
    /// <param name="end">Its last, not below the first.</param>
    /// <param name="size">Positions of the map on this axis.</param>
    /// <param name="bins">Bins on this axis.</param>
    /// <param name="options">Scale and samples.</param>
    public static void Fill(Span<float> weights, float start, float end, int size, int bins, RoiAlignOptions options)
    {
        var taps = new AxisTaps();
        taps.Set(start, end, size, bins, options);
        for (var bin = 0; bin < bins; bin++)
        {
            var index = taps.Index(bin);
            var weight = taps.Weight(bin);
            for (var tap = 0; tap < index.Length; tap++)
            {
                weights[(bin * size) + index[tap]] += weight[tap];
            }
        }
    }
}
