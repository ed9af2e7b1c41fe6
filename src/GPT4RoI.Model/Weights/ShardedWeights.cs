using static TorchSharp.torch;

namespace GPT4RoI.Model.Weights;

/// <summary>
/// A checkpoint in several files, seen as one. Its index is the authority: what a file holds beyond the index does not exist.
/// </summary>
internal sealed class ShardedWeights : IWeightSource
{
    private readonly Dictionary<string, IWeightSource> _shards = [];
    private readonly OrderedDictionary<string, string> _index;

    /// <exception cref="WeightsException">
    /// Lists every file that is missing or malformed and every tensor that is not where the index says.
    /// </exception>
    public ShardedWeights(string indexPath, Func<string, IWeightSource> open)
    {
        _index = ShardIndex.Read(indexPath);
        var faults = new List<string>();
        OpenShards(Path.GetDirectoryName(indexPath)!, open, faults);
        var tensors = new OrderedDictionary<string, TensorInfo>();
        foreach (var (name, file) in _index)
        {
            if (!_shards.TryGetValue(file, out var shard))
            {
                continue;
            }
            if (shard.Tensors.TryGetValue(name, out var info))
            {
                tensors.Add(name, info);
            }
            else
            {
                faults.Add($"{Printable.Quote(name)}: not in {file}, where the index says");
            }
        }
        if (faults.Count > 0)
        {
            Dispose();
            throw new WeightsException($"{indexPath}: the checkpoint is incomplete ({faults.Count} faults):", faults);
        }
        Tensors = tensors;
    }

    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    public Tensor Read(string name) => _index.TryGetValue(name, out var file)
        ? _shards[file].Read(name)
        : throw new WeightsException($"The checkpoint has no tensor {Printable.Quote(name)}");

    public void Dispose()
    {
        foreach (var shard in _shards.Values)
        {
            shard.Dispose();
        }
    }

    private void OpenShards(string folder, Func<string, IWeightSource> open, List<string> faults)
    {
        foreach (var file in _index.Values.Distinct().Order(StringComparer.Ordinal))
        {
            var path = Path.Combine(folder, file);
            if (!File.Exists(path))
            {
                faults.Add($"{file}: missing, with {_index.Values.Count(shard => shard == file)} tensors");
                continue;
            }
            try
            {
                _shards.Add(file, open(path));
            }
            catch (WeightsException exception)
            {
                faults.Add(exception.Message);
            }
        }
    }
}
