using static TorchSharp.torch;

namespace GPT4RoI.Model.Weights.PyTorch;

/// <summary>
/// A checkpoint that <c>torch.save</c> wrote (<c>pytorch_model.bin</c>): a zip archive with a pickle that describes the tensors and an
/// entry of raw bytes per storage. The file is memory-mapped and tensors alias the mapping; the pickle can build tensors and nothing else.
/// </summary>
public sealed class TorchBinFile : IWeightSource
{
    private const string PickleName = "/data.pkl";
    private readonly MappedFile _file;
    private readonly Dictionary<string, Stored> _stored = [];

    /// <exception cref="WeightsException">The file is absent, malformed or holds anything but a dictionary of tensors.</exception>
    public TorchBinFile(string path)
    {
        _file = MappedFile.Open(path);
        try
        {
            Tensors = ReadTensors();
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>Dtype and shape by name, in the checkpoint's order.</summary>
    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>
    /// The tensor over the file's mapping, without a copy, with the strides it was saved with. It must not be written to. The caller
    /// disposes it; it is valid until this file is disposed.
    /// </summary>
    /// <exception cref="WeightsException">No such tensor.</exception>
    public Tensor Read(string name)
    {
        if (!_stored.TryGetValue(name, out var stored))
        {
            throw new WeightsException($"{_file.Path}: has no tensor {Printable.Quote(name)}");
        }
        var (tensor, start) = stored;
        if (tensor.IsContiguous)
        {
            var first = start + tensor.Offset * Dtypes.ElementSize(tensor.Storage.Dtype);
            return StoredTensor.Over(_file, first, tensor.Shape, tensor.Storage.Dtype);
        }
        using var storage = StoredTensor.Over(_file, start, [tensor.Storage.Count], tensor.Storage.Dtype);
        return storage.as_strided(tensor.Shape, tensor.Strides, tensor.Offset);
    }

    public void Dispose() => _file.Dispose();

    private OrderedDictionary<string, TensorInfo> ReadTensors()
    {
        var entries = StoredZip.Entries(_file);
        if (entries.Keys.Where(name => name.EndsWith(PickleName, StringComparison.Ordinal)).ToArray() is not [var pickleName])
        {
            throw new WeightsException($"{_file.Path}: not a checkpoint of torch.save: it needs one entry named NAME{PickleName}");
        }
        var folder = pickleName[..^PickleName.Length];
        CheckByteOrder(entries, folder);
        var tensors = new OrderedDictionary<string, TensorInfo>();
        var faults = new List<string>();
        foreach (var (name, tensor) in ReadPickle(entries[pickleName]))
        {
            tensors.Add(name, new TensorInfo(tensor.Storage.Dtype, tensor.Shape));
            var bytes = (Int128)tensor.Storage.Count * Dtypes.ElementSize(tensor.Storage.Dtype);
            var storage = $"{Printable.Quote(name)}: its storage {Printable.Quote(tensor.Storage.Key)}";
            if (!entries.TryGetValue($"{folder}/data/{tensor.Storage.Key}", out var entry))
            {
                faults.Add($"{storage} is not in the archive");
            }
            else if (entry.Length != bytes)
            {
                faults.Add($"{storage} has {entry.Length} bytes, {bytes} are expected");
            }
            _stored.Add(name, new Stored(tensor, entry.Offset));
        }
        return faults.Count == 0
            ? tensors
            : throw new WeightsException($"{_file.Path}: tensors without their data ({faults.Count} faults):", faults);
    }

    private OrderedDictionary<string, PickledTensor> ReadPickle(StoredZip.Entry entry)
    {
        try
        {
            return TensorPickle.Read(_file.Bytes(entry.Offset, (int)Math.Min(entry.Length, TensorPickle.LongestPickle + 1)));
        }
        catch (WeightsException exception)
        {
            throw new WeightsException($"{_file.Path}: {exception.Message}", exception);
        }
    }

    private void CheckByteOrder(Dictionary<string, StoredZip.Entry> entries, string folder)
    {
        if (entries.TryGetValue($"{folder}/byteorder", out var order)
            && !(order.Length == 6 && _file.Bytes(order.Offset, 6).SequenceEqual("little"u8)))
        {
            throw new WeightsException($"{_file.Path}: its numbers are not little-endian");
        }
    }

    /// <param name="Tensor">The window on its storage.</param>
    /// <param name="Start">First byte of the storage in the file.</param>
    private readonly record struct Stored(PickledTensor Tensor, long Start);
}
