namespace GPT4RoI.Model.Regions;

/// <summary>What RoIAlign computes (mmcv <c>roi_align</c>, average mode).</summary>
/// <param name="Height">Bins along y.</param>
/// <param name="Width">Bins along x.</param>
/// <param name="SpatialScale">From box coordinates to map pixels.</param>
/// <param name="SamplingRatio">Samples per bin and axis; 0 takes as many as the bin is pixels long, rounded up.</param>
/// <param name="Aligned">Pixel centres at half-integers; without it, boxes are at least one pixel wide and high.</param>
public sealed record RoiAlignOptions(int Height, int Width, float SpatialScale, int SamplingRatio, bool Aligned = true);
