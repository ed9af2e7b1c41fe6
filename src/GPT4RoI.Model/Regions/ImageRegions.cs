using static TorchSharp.torch;

namespace GPT4RoI.Model.Regions;

/// <summary>One image's boxes together with its own pyramid, so that regions of images fused at different times can be extracted in one batch.</summary>
/// <param name="Maps">The pyramid, finest first, each [1, channels, n, n]; borrowed.</param>
/// <param name="Boxes">Normalised.</param>
public sealed record ImageRegions(IReadOnlyList<Tensor> Maps, IReadOnlyList<BoundingBox> Boxes);
