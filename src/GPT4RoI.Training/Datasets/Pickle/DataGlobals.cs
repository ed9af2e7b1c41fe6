using GPT4RoI.Model.Weights.PyTorch;

namespace GPT4RoI.Training.Datasets.Pickle;

/// <summary>What a pickle of detections may name.</summary>
internal enum DataFunction
{
    Reconstruct,
    ArrayClass,
    TypeClass,
    FromBuffer,
    Encode,
    Bytes,
}

/// <summary>All that such a pickle may name and call: what numpy writes for an array, and nothing else.</summary>
internal static class DataGlobals
{
    /// <summary>A function or class by its name.</summary>
    public static object Find(string module, string name) => (module, name) switch
    {
        ("numpy.core.multiarray" or "numpy._core.multiarray", "_reconstruct") => DataFunction.Reconstruct,
        ("numpy.core.numeric" or "numpy._core.numeric", "_frombuffer") => DataFunction.FromBuffer,
        ("numpy", "ndarray") => DataFunction.ArrayClass,
        ("numpy", "dtype") => DataFunction.TypeClass,
        ("_codecs", "encode") => DataFunction.Encode,
        ("__builtin__" or "builtins", "bytes") => DataFunction.Bytes,
        _ => throw new PickleException($"global {module}.{name} has no place among lists, dictionaries, texts, numbers and arrays; it was not loaded"),
    };

    /// <summary>The result of a call.</summary>
    public static object Call(object? function, object? arguments)
    {
        var items = (arguments as PickleTuple ?? throw new PickleException("a call's arguments are not a tuple")).Items;
        return (function, items) switch
        {
            (DataFunction.Reconstruct, [DataFunction.ArrayClass, PickleTuple, byte[]]) => new NumpyArray(),
            (DataFunction.TypeClass, [string code, bool, bool]) => new NumpyType(code),
            (DataFunction.FromBuffer, [byte[] bytes, NumpyType type, PickleTuple shape, string order]) => Array(bytes, type, shape, order == "F"),
            (DataFunction.Encode, [string text, "latin1" or "latin-1"]) => Latin1(text),
            (DataFunction.Bytes, []) => System.Array.Empty<byte>(),
            (DataFunction called, _) => throw new PickleException($"{called} is called with arguments it does not take"),
            _ => throw new PickleException("what is called is not a function"),
        };
    }

    /// <summary>Gives an object its state.</summary>
    public static void Build(object? target, object? state)
    {
        switch (target, (state as PickleTuple)?.Items)
        {
            case (NumpyType type, [long, string order, ..]):
                type.BigEndian = order == ">";
                break;
            case (NumpyArray array, [long, PickleTuple shape, NumpyType type, bool columnMajor, byte[] bytes]):
                array.Fill(shape, type, columnMajor, bytes);
                break;
            default:
                throw new PickleException("state is set on something that is neither an array of numbers nor its type");
        }
    }

    private static NumpyArray Array(byte[] bytes, NumpyType type, PickleTuple shape, bool columnMajor)
    {
        var array = new NumpyArray();
        array.Fill(shape, type, columnMajor, bytes);
        return array;
    }

    // Protocol 2 has no bytes: Python writes them as characters of the same codes, and none as a call of bytes.
    private static byte[] Latin1(string text) => text.All(c => c <= 0xff)
        ? System.Array.ConvertAll(text.ToCharArray(), c => (byte)c)
        : throw new PickleException("bytes hold a character beyond 255");
}
