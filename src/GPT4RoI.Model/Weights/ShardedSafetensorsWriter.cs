using System.Globalization;
using System.Text.Json;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Weights;

/// <summary>
/// Writes a checkpoint's weights into a folder as Hugging Face does: <c>model.safetensors</c>, or, when they exceed the size of one file,
/// <c>model-00001-of-00003.safetensors</c> … with <c>model.safetensors.index.json</c>. Disposed before <see cref="Complete"/>, it leaves an
/// unfinished folder.
/// </summary>
internal sealed class ShardedSafetensorsWriter(
    string directory, IReadOnlyList<KeyValuePair<string, TensorInfo>> tensors, long shardBytes) : IDisposable
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly List<List<KeyValuePair<string, TensorInfo>>> _shards = Split(tensors, shardBytes);
    private SafetensorsWriter? _writer;
    private int _opened;
    private int _leftInShard;

    /// <summary>Writes the next tensor of the list; it is not disposed.</summary>
    public void Write(string name, Tensor tensor)
    {
        if (_leftInShard == 0)
        {
            CompleteShard();
            var shard = _shards[_opened];
            _writer = new SafetensorsWriter(Path.Combine(directory, FileName(_opened)), shard);
            _opened++;
            _leftInShard = shard.Count;
        }
        _writer!.Write(name, tensor);
        _leftInShard--;
    }

    /// <summary>Finishes the last file and writes the index.</summary>
    public void Complete()
    {
        CompleteShard();
        if (_shards.Count > 1)
        {
            WriteIndex();
        }
    }

    public void Dispose() => _writer?.Dispose();

    private void CompleteShard()
    {
        _writer?.Complete();
        _writer?.Dispose();
        _writer = null;
    }

    private string FileName(int shard) => _shards.Count == 1
        ? "model.safetensors"
        : string.Create(CultureInfo.InvariantCulture, $"model-{shard + 1:00000}-of-{_shards.Count:00000}.safetensors");

    private void WriteIndex()
    {
        var map = new OrderedDictionary<string, string>();
        for (var shard = 0; shard < _shards.Count; shard++)
        {
            foreach (var (name, _) in _shards[shard])
            {
                map.Add(name, FileName(shard));
            }
        }
        var index = new { metadata = new { total_size = tensors.Sum(tensor => Bytes(tensor.Value)) }, weight_map = map };
        File.WriteAllText(Path.Combine(directory, "model.safetensors.index.json"), JsonSerializer.Serialize(index, Indented));
    }

    private static List<List<KeyValuePair<string, TensorInfo>>> Split(
        IReadOnlyList<KeyValuePair<string, TensorInfo>> tensors, long shardBytes)
    {
        var shards = new List<List<KeyValuePair<string, TensorInfo>>> { new() };
        long filled = 0;
        foreach (var tensor in tensors)
        {
            var bytes = Bytes(tensor.Value);
            // A tensor larger than a shard gets one of its own.
            if (shards[^1].Count > 0 && bytes > shardBytes - filled)
            {
                shards.Add([]);
                filled = 0;
            }
            shards[^1].Add(tensor);
            filled += bytes;
        }
        return shards;
    }

    private static long Bytes(TensorInfo info) => Dtypes.ByteCount(info.Dtype, info.Shape) ?? throw new OverflowException();
}
