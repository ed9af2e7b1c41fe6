using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Native;

/// <summary>A CPU tensor over memory that somebody else owns (a file mapping, a pinned array): no copy, any dtype.</summary>
internal static unsafe class PointerTensor
{
    /// <summary>A contiguous tensor over <paramref name="data"/>; the caller keeps the memory alive longer than the tensor and disposes the tensor.</summary>
    public static Tensor Create(nint data, ReadOnlySpan<long> shape, ScalarType dtype)
    {
        fixed (long* sizes = shape)
        {
            return Tensor.UnsafeCreateTensor(
                THSTensor_new(data, &Nothing, sizes, shape.Length, (sbyte)dtype, (sbyte)dtype, deviceType: 0, deviceIndex: 0, requiresGrad: 0));
        }
    }

    [UnmanagedCallersOnly]
    private static void Nothing(nint _)
    {
    }

    [DllImport("LibTorchSharp")]
    private static extern nint THSTensor_new(
        nint data, delegate* unmanaged<nint, void> deleter, long* sizes, int dimensions,
        sbyte type, sbyte dtype, int deviceType, int deviceIndex, byte requiresGrad);
}
