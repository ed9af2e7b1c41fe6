using static TorchSharp.torch;

namespace GPT4RoI.Model.Regions;

/// <summary>Averages bilinear samples of a map in a grid of bins over each box (He et al., Mask R-CNN, section 3, as mmcv 1.4.7 computes it).</summary>
public interface IRoiAlign
{
    /// <summary>Every box's bins.</summary>
    /// <param name="map">[batch, channels, height, width].</param>
    /// <param name="boxes">
    /// [regions, 5] float32 on the map's device: image index, x1, y1, x2, y2 with x1 ≤ x2 and y1 ≤ y2. Parts outside the map count as zero.
    /// </param>
    /// <param name="options">Bins and samples.</param>
    /// <returns>[regions, channels, options.Height, options.Width] in the map's dtype. The caller disposes it.</returns>
    /// <exception cref="ArgumentException">An image index is not in the batch.</exception>
    Tensor Forward(Tensor map, Tensor boxes, RoiAlignOptions options);
}
