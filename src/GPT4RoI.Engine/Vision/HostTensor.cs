using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace GPT4RoI.Engine.Vision;

/// <summary>Copies between tensors and arrays of this process.</summary>
internal static class HostTensor
{
    /// <summary>A CPU float32 tensor of the shape, filled row by row from <paramref name="parts"/>. It belongs to the current dispose scope.</summary>
    public static Tensor Stack(IEnumerable<ReadOnlyMemory<float>> parts, params long[] shape)
    {
        var tensor = empty(shape, ScalarType.Float32, CPU);
        var rest = MemoryMarshal.Cast<byte, float>(tensor.bytes);
        foreach (var part in parts)
        {
            part.Span.CopyTo(rest);
            rest = rest[part.Length..];
        }
        return tensor;
    }

    /// <summary>The tensor cut along its first dimension, each part float32, row-major.</summary>
    public static float[][] Unstack(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var values = MemoryMarshal.Cast<byte, float>(tensor.to(ScalarType.Float32).cpu().contiguous().bytes);
        var parts = new float[tensor.shape[0]][];
        var length = parts.Length == 0 ? 0 : values.Length / parts.Length;
        for (var index = 0; index < parts.Length; index++)
        {
            parts[index] = values.Slice(index * length, length).ToArray();
        }
        return parts;
    }
}
