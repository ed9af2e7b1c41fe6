using static TorchSharp.torch;

namespace GPT4RoI.Model.Weights.PyTorch;

/// <summary>All that a checkpoint's pickle may name and call.</summary>
internal static class PickleGlobals
{
    private const int MostDimensions = 64;

    /// <summary>A function or storage type by the names of a GLOBAL opcode.</summary>
    public static object Find(string module, string name) => (module, name) switch
    {
        ("collections", "OrderedDict") => PickleFunction.OrderedDictionary,
        ("torch._utils", "_rebuild_tensor_v2") => PickleFunction.RebuildTensor,
        ("torch._utils", "_rebuild_parameter") => PickleFunction.RebuildParameter,
        ("torch", "DoubleStorage") => new PickleStorageType(ScalarType.Float64),
        ("torch", "FloatStorage") => new PickleStorageType(ScalarType.Float32),
        ("torch", "HalfStorage") => new PickleStorageType(ScalarType.Float16),
        ("torch", "BFloat16Storage") => new PickleStorageType(ScalarType.BFloat16),
        ("torch", "LongStorage") => new PickleStorageType(ScalarType.Int64),
        ("torch", "IntStorage") => new PickleStorageType(ScalarType.Int32),
        ("torch", "ShortStorage") => new PickleStorageType(ScalarType.Int16),
        ("torch", "CharStorage") => new PickleStorageType(ScalarType.Int8),
        ("torch", "ByteStorage") => new PickleStorageType(ScalarType.Byte),
        ("torch", "BoolStorage") => new PickleStorageType(ScalarType.Bool),
        _ => throw new PickleException(
            $"global {Printable.Quote($"{module}.{name}")} has no place in a dictionary of tensors; it was not loaded"),
    };

    /// <summary>A persistent id, <c>('storage', type, key, location, count)</c>.</summary>
    public static PickleStorage Storage(object? id) =>
        id is PickleTuple { Items: ["storage", PickleStorageType type, string key, string, long and >= 0 and var count] }
            ? new PickleStorage(key, type.Dtype, count)
            : throw new PickleException("a persistent id is not ('storage', type, key, location, count)");

    /// <summary>The result of a REDUCE opcode.</summary>
    public static object Call(object? function, object? arguments)
    {
        var items = (arguments as PickleTuple ?? throw new PickleException("a call's arguments are not a tuple")).Items;
        return (function, items) switch
        {
            (PickleFunction.OrderedDictionary, []) => new PickleDictionary(),
            // requires_grad, backward_hooks and what later versions add say nothing about the values.
            (PickleFunction.RebuildTensor,
                [PickleStorage storage, long offset, PickleTuple shape, PickleTuple strides, bool, PickleDictionary or null, ..])
                when items.Length <= 7 => Tensor(storage, offset, Sizes(shape), Sizes(strides)),
            (PickleFunction.RebuildParameter, [PickledTensor tensor, bool, PickleDictionary or null]) => tensor,
            (PickleFunction called, _) => throw new PickleException($"{called} is called with arguments it does not take"),
            _ => throw new PickleException("what is called is not a function"),
        };
    }

    private static long[] Sizes(PickleTuple tuple) =>
        tuple.Items.Length <= MostDimensions && Array.TrueForAll(tuple.Items, item => item is long and >= 0)
            ? Array.ConvertAll(tuple.Items, item => (long)item!)
            : throw new PickleException($"a shape or its strides are not at most {MostDimensions} non-negative integers");

    private static PickledTensor Tensor(PickleStorage storage, long offset, long[] shape, long[] strides)
    {
        var window = $"offset {offset}, shape {Printable.Shape(shape)}, strides {Printable.Shape(strides)}";
        if (shape.Length != strides.Length || offset < 0 || offset > storage.Count)
        {
            throw new PickleException($"{window} is no window on a storage of {storage.Count} elements");
        }
        Int128 count = 1, last = offset;
        for (var axis = 0; axis < shape.Length; axis++)
        {
            if (shape[axis] == 0)
            {
                return new PickledTensor(storage, offset, shape, strides);
            }
            count *= shape[axis];
            last += (Int128)(shape[axis] - 1) * strides[axis];
            // Elements that share memory would let a few bytes stand for any amount of it.
            if (count > storage.Count || last >= storage.Count)
            {
                throw new PickleException($"{window} reaches beyond its storage of {storage.Count} elements");
            }
        }
        return count <= storage.Count
            ? new PickledTensor(storage, offset, shape, strides)
            : throw new PickleException($"{window} reaches beyond its storage of {storage.Count} elements");
    }
}
