using static TorchSharp.torch;

namespace GPT4RoI.Training.Modules;

/// <summary>How a forward is computed.</summary>
/// <param name="Dtype">Of products and activations; parameters, norms and losses stay float32.</param>
/// <param name="GradientCheckpointing">Keep only layers' inputs for the backward and compute the rest again.</param>
internal sealed record ComputeOptions(ScalarType Dtype, bool GradientCheckpointing)
{
    /// <summary>float32 throughout, everything kept.</summary>
    public static ComputeOptions Plain { get; } = new(ScalarType.Float32, false);
}
