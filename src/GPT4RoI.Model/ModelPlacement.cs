using static TorchSharp.torch;

namespace GPT4RoI.Model;

/// <summary>Where weights live and in which dtype they compute.</summary>
/// <param name="Device">CPU, or a CUDA device.</param>
/// <param name="Dtype">Float32 on CPU; Float16 or BFloat16 may be chosen on CUDA.</param>
public sealed record ModelPlacement(Device Device, ScalarType Dtype)
{
    /// <summary>float32 on the CPU.</summary>
    public static ModelPlacement Cpu => new(CPU, ScalarType.Float32);
}
