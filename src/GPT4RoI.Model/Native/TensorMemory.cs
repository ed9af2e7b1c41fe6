using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Native;

/// <summary>A CPU tensor's elements, for kernels written in C#.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>Whether C# kernels can work on the tensor (made contiguous).</summary>
    public static bool IsFloat32OnCpu(Tensor tensor) => tensor.dtype == ScalarType.Float32 && tensor.device_type == DeviceType.CPU;

    /// <summary>The first element of a contiguous float32 tensor on the CPU, valid while the tensor lives. Unlike a span it has no 2 GB limit.</summary>
    /// <exception cref="ArgumentException">The tensor is another kind.</exception>
    public static float* Float32(Tensor tensor) =>
        IsFloat32OnCpu(tensor) && tensor.is_contiguous()
            ? (float*)THSTensor_data(tensor.Handle)
            : throw new ArgumentException($"A contiguous float32 tensor on the CPU is needed, not {tensor.dtype} on {tensor.device_type}.", nameof(tensor));

    /// <summary>Copies a tensor of any device to an array, converting its dtype.</summary>
    public static T[] ToArray<T>(this Tensor tensor, ScalarType dtype) where T : unmanaged
    {
        using var scope = NewDisposeScope();
        return MemoryMarshal.Cast<byte, T>(tensor.to(dtype).cpu().contiguous().bytes).ToArray();
    }

    [DllImport("LibTorchSharp")]
    private static extern nint THSTensor_data(nint handle);
}
