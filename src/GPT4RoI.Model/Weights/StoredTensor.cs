using GPT4RoI.Model.Native;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Weights;

/// <summary>Tensors over bytes of a file mapping.</summary>
internal static class StoredTensor
{
    // A span is no longer than 2 GB, a tensor may be.
    private const long ChunkElements = 1 << 24;

    /// <summary>
    /// A contiguous tensor over the mapping, without a copy, unless its first byte is not aligned for the dtype: then a copy of it. The
    /// caller disposes it, before the mapping.
    /// </summary>
    public static Tensor Over(MappedFile file, long offset, ReadOnlySpan<long> shape, ScalarType dtype)
    {
        var address = file.Address(offset);
        return address % Dtypes.ElementSize(dtype) == 0 ? PointerTensor.Create(address, shape, dtype) : Copy(file, offset, shape, dtype);
    }

    private static Tensor Copy(MappedFile file, long offset, ReadOnlySpan<long> shape, ScalarType dtype)
    {
        var copy = empty(shape.ToArray(), dtype);
        using var flat = copy.view(-1);
        for (long start = 0; start < flat.numel(); start += ChunkElements)
        {
            using var chunk = flat.narrow(0, start, Math.Min(ChunkElements, flat.numel() - start));
            var bytes = chunk.bytes;
            file.Bytes(offset + start * Dtypes.ElementSize(dtype), bytes.Length).CopyTo(bytes);
        }
        return copy;
    }
}
