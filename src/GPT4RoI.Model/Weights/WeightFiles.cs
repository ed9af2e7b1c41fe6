using GPT4RoI.Model.Weights.PyTorch;

namespace GPT4RoI.Model.Weights;

/// <summary>Finds the weights in a checkpoint's folder, by the file names of Hugging Face.</summary>
public static class WeightFiles
{
    private const string SafetensorsIndex = "model.safetensors.index.json", TorchIndex = "pytorch_model.bin.index.json";

    /// <summary>
    /// Opens <c>model.safetensors</c>, else the files of a <c>*.safetensors.index.json</c>, else <c>pytorch_model.bin</c>, else the files
    /// of <c>pytorch_model.bin.index.json</c>. The caller disposes the source, after every tensor read from it.
    /// </summary>
    /// <exception cref="WeightsException">No such file, or faults in them, all of which are listed.</exception>
    public static IWeightSource Open(string directory)
    {
        string At(string name) => Path.Combine(directory, name);
        if (!Directory.Exists(directory))
        {
            throw new WeightsException($"{directory}: no such folder");
        }
        if (File.Exists(At("model.safetensors")))
        {
            return new SafetensorsFile(At("model.safetensors"));
        }
        if (FindSafetensorsIndex(directory) is { } index)
        {
            return new ShardedWeights(index, path => new SafetensorsFile(path));
        }
        if (File.Exists(At("pytorch_model.bin")))
        {
            return new TorchBinFile(At("pytorch_model.bin"));
        }
        return File.Exists(At(TorchIndex))
            ? new ShardedWeights(At(TorchIndex), path => new TorchBinFile(path))
            : throw new WeightsException(
                $"{directory}: no weights: neither model.safetensors, {SafetensorsIndex}, pytorch_model.bin nor {TorchIndex} is there");
    }

    private static string? FindSafetensorsIndex(string directory)
    {
        var found = Directory.GetFiles(directory, "*.safetensors.index.json");
        return Array.Find(found, path => Path.GetFileName(path) == SafetensorsIndex) ?? found switch
        {
            [] => null,
            [var only] => only,
            _ => throw new WeightsException(
                $"{directory}: several checkpoints, of which one should be named {SafetensorsIndex}: "
                + string.Join(", ", found.Select(Path.GetFileName).Order(StringComparer.Ordinal))),
        };
    }
}
