using static TorchSharp.torch;

namespace GPT4RoI.Model.Weights.PyTorch;

/// <summary>A Python tuple.</summary>
/// <param name="Items">Values of the types that <see cref="TensorPickle"/> builds.</param>
/// <param name="Depth">Tuples and dictionaries inside one another, this one counted.</param>
internal sealed record PickleTuple(object?[] Items, int Depth);

/// <summary>A Python dict or OrderedDict with strings for keys.</summary>
internal sealed class PickleDictionary
{
    public OrderedDictionary<string, object?> Items { get; } = [];

    /// <summary>Tuples and dictionaries inside one another, this one counted.</summary>
    public int Depth { get; set; } = 1;
}

/// <summary>What a GLOBAL opcode may name.</summary>
internal enum PickleFunction
{
    OrderedDictionary,
    RebuildTensor,
    RebuildParameter,
}

/// <summary>A class <c>torch.*Storage</c>, which stands for a dtype.</summary>
internal sealed record PickleStorageType(ScalarType Dtype);

/// <summary>A persistent id: bytes that lie in the archive under <c>data/KEY</c>.</summary>
/// <param name="Key">Name of the archive's entry.</param>
/// <param name="Dtype">Of its elements.</param>
/// <param name="Count">How many elements it holds.</param>
internal sealed record PickleStorage(string Key, ScalarType Dtype, long Count);

/// <summary>A tensor over a storage: a window with strides, all in elements, that lies wholly in the storage.</summary>
internal sealed record PickledTensor(PickleStorage Storage, long Offset, long[] Shape, long[] Strides)
{
    /// <summary>Whether the elements lie one after the other in row-major order.</summary>
    public bool IsContiguous
    {
        get
        {
            long expected = 1;
            for (var axis = Shape.Length - 1; axis >= 0; axis--)
            {
                if (Shape[axis] == 0)
                {
                    return true;
                }
                if (Shape[axis] != 1 && Strides[axis] != expected)
                {
                    return false;
                }
                expected *= Shape[axis];
            }
            return true;
        }
    }
}
