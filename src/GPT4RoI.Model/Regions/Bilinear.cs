using static TorchSharp.torch;

namespace GPT4RoI.Model.Regions;

/// <summary>Bilinear resampling in which the corner pixels of source and result coincide (align_corners).</summary>
internal static class Bilinear
{
    /// <summary>[batch, channels, n, n] to [batch, channels, size, size]; an alias when the size is that already.</summary>
    public static Tensor Resize(Tensor map, long size) => map.shape[^1] == size
        ? map.alias()
        : nn.functional.interpolate(map, [size, size], mode: InterpolationMode.Bilinear, align_corners: true);
}
