using System.Runtime.InteropServices;
using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Tests.Weights;

/// <summary>A tensor's numbers and bytes, in row-major order.</summary>
internal static class TensorValues
{
    public static byte[] Bytes(this IWeightSource source, string name)
    {
        using var tensor = source.Read(name);
        return tensor.RowMajorBytes();
    }

    public static float[] Floats(this IWeightSource source, string name) => MemoryMarshal.Cast<byte, float>(source.Bytes(name)).ToArray();

    public static byte[] RowMajorBytes(this Tensor tensor)
    {
        using var contiguous = tensor.contiguous();
        return contiguous.bytes.ToArray();
    }
}
