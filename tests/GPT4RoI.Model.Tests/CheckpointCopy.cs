using System.Text.Json.Nodes;
using GPT4RoI.Model.Tests.Weights;
using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Tests;

/// <summary>A copy of the golden checkpoint to change before it is opened.</summary>
internal sealed class CheckpointCopy : IDisposable
{
    private readonly TempFolder _folder = new();

    public CheckpointCopy()
    {
        Directory.CreateDirectory(_folder.At("clip"));
        foreach (var file in new[] { "config.json", "model.safetensors", Path.Combine("clip", "config.json"), Path.Combine("clip", "model.safetensors") })
        {
            File.Copy(Golden.File("tiny", file), _folder.At(file));
        }
    }

    /// <summary>Its folder.</summary>
    public string Root => _folder.Root;

    /// <summary>Rewrites a config file.</summary>
    public CheckpointCopy Config(Action<JsonObject> change, string folder = ".")
    {
        var path = _folder.At(folder, "config.json");
        var json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(json);
        File.WriteAllText(path, json.ToJsonString());
        return this;
    }

    /// <summary>Rewrites a weights file; null removes a tensor.</summary>
    public CheckpointCopy Weights(Func<string, Tensor, Tensor?> change, (string Name, Tensor Tensor)[]? add = null, string folder = ".")
    {
        var path = _folder.At(folder, "model.safetensors");
        using var scope = NewDisposeScope();
        using (var source = new SafetensorsFile(Golden.File("tiny", folder, "model.safetensors")))
        {
            var tensors = source.Tensors.Keys.Select(name => (name, Tensor: change(name, source.Read(name)))).Where(pair => pair.Tensor is not null)
                .Select(pair => (Name: pair.name, Tensor: pair.Tensor!)).Concat(add ?? []).ToArray();
            File.Delete(path);
            using var writer = new SafetensorsWriter(
                path, [.. tensors.Select(pair => KeyValuePair.Create(pair.Name, new TensorInfo(pair.Tensor.dtype, pair.Tensor.shape)))]);
            Array.ForEach(tensors, pair => writer.Write(pair.Name, pair.Tensor));
            writer.Complete();
        }
        return this;
    }

    public void Dispose() => _folder.Dispose();
}
