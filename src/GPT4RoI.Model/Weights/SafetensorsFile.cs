using static TorchSharp.torch;

namespace GPT4RoI.Model.Weights;

/// <summary>A safetensors file, memory-mapped: tensors alias the mapping and are read from disk as they are touched.</summary>
public sealed class SafetensorsFile : IWeightSource
{
    private readonly MappedFile _file;
    private readonly SafetensorsHeader _header;

    /// <exception cref="WeightsException">
    /// The file is absent or malformed; the message names the file, the tensors and the numbers that do not fit.
    /// </exception>
    public SafetensorsFile(string path)
    {
        _file = MappedFile.Open(path);
        try
        {
            _header = SafetensorsHeader.Read(_file);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
        var tensors = new OrderedDictionary<string, TensorInfo>();
        foreach (var (name, entry) in _header.Entries)
        {
            tensors.Add(name, entry.Info);
        }
        Tensors = tensors;
    }

    /// <summary>Dtype and shape by name, in the header's order.</summary>
    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>The header's free text, usually <c>format: pt</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>
    /// The tensor over the file's mapping, without a copy (with one only where the data is not aligned for its dtype). It must not be
    /// written to. The caller disposes it; it is valid until this file is disposed.
    /// </summary>
    /// <exception cref="WeightsException">No such tensor.</exception>
    public Tensor Read(string name) => _header.Entries.TryGetValue(name, out var entry)
        ? StoredTensor.Over(_file, entry.Offset, entry.Info.Shape, entry.Info.Dtype)
        : throw new WeightsException($"{_file.Path}: has no tensor {Printable.Quote(name)}");

    public void Dispose() => _file.Dispose();
}
