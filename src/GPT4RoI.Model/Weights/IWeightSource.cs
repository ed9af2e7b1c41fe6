using static TorchSharp.torch;

namespace GPT4RoI.Model.Weights;

/// <summary>Named tensors in files, whatever their format.</summary>
public interface IWeightSource : IDisposable
{
    /// <summary>Every tensor's dtype and shape by name, known without reading data.</summary>
    IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>
    /// A CPU tensor in the stored dtype and shape. It may alias a file mapping: it is valid until the source is disposed. The caller
    /// disposes it.
    /// </summary>
    /// <exception cref="WeightsException">The data cannot be read.</exception>
    Tensor Read(string name);
}

/// <summary>Dtype and shape of a stored tensor.</summary>
public sealed record TensorInfo(ScalarType Dtype, long[] Shape)
{
    /// <summary>Bytes of its data.</summary>
    public long Bytes => Dtypes.ByteCount(Dtype, Shape) ?? long.MaxValue; // a file cannot hold more
}
