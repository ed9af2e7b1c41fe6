using static TorchSharp.torch;

namespace GPT4RoI.Model.Weights;

/// <summary>The dtypes weights are stored in.</summary>
internal static class Dtypes
{
    private static readonly (string Safetensors, ScalarType Dtype, int Size)[] Known =
    [
        ("F64", ScalarType.Float64, 8),
        ("F32", ScalarType.Float32, 4),
        ("F16", ScalarType.Float16, 2),
        ("BF16", ScalarType.BFloat16, 2),
        ("I64", ScalarType.Int64, 8),
        ("I32", ScalarType.Int32, 4),
        ("I16", ScalarType.Int16, 2),
        ("I8", ScalarType.Int8, 1),
        ("U8", ScalarType.Byte, 1),
        ("BOOL", ScalarType.Bool, 1),
    ];

    /// <summary>Bytes of one element.</summary>
    public static int ElementSize(ScalarType dtype) => Array.Find(Known, known => known.Dtype == dtype) is { Size: > 0 } found
        ? found.Size
        : throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "No weight is stored in this dtype.");

    /// <summary>The dtype of a safetensors header's name for it; null for a name that is unknown or that torch has no dtype for.</summary>
    public static ScalarType? FromSafetensors(string name) =>
        Array.Find(Known, known => known.Safetensors == name) is { Size: > 0 } found ? found.Dtype : null;

    /// <summary>The safetensors header's name for a dtype.</summary>
    public static string ToSafetensors(ScalarType dtype) => Array.Find(Known, known => known.Dtype == dtype).Safetensors
        ?? throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "safetensors files cannot hold this dtype.");

    /// <summary>The bytes that a tensor of this dtype and shape takes; null when that is more than a long holds.</summary>
    /// <param name="dtype">Of one element.</param>
    /// <param name="shape">No dimension is negative.</param>
    public static long? ByteCount(ScalarType dtype, ReadOnlySpan<long> shape)
    {
        if (shape.Contains(0))
        {
            return 0;
        }
        Int128 count = ElementSize(dtype);
        foreach (var size in shape)
        {
            // Both factors fit in 63 bits, so the product fits in 127.
            count *= size;
            if (count > long.MaxValue)
            {
                return null;
            }
        }
        return (long)count;
    }
}
