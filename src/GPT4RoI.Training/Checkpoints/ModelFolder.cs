using GPT4RoI.Model;
using GPT4RoI.Model.Weights;
using GPT4RoI.Training.Modules;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Checkpoints;

/// <summary>Writes a model as the folder that <see cref="Gpt4RoiCheckpoint.Open"/> reads: configs, tokenizer, weights, and the vision tower in <c>clip</c>.</summary>
internal static class ModelFolder
{
    private const string Tower = "clip", WeightsFile = "model.safetensors";

    /// <param name="folder">Exists.</param>
    /// <param name="config">Sizes.</param>
    /// <param name="parameters">Every parameter of the catalog.</param>
    /// <param name="files">What goes along with the weights.</param>
    /// <param name="dtype">Of the weights.</param>
    public static void Write(string folder, Gpt4RoiConfig config, ParameterSet parameters, CompanionFiles files, ScalarType dtype)
    {
        Directory.CreateDirectory(Path.Combine(folder, Tower));
        File.WriteAllText(Path.Combine(folder, "config.json"), ConfigFiles.Model(config, Tower, dtype));
        File.WriteAllText(Path.Combine(folder, Tower, "config.json"), ConfigFiles.VisionTower(config, dtype));
        files.WriteTokenizer(folder);
        files.WriteVisionTower(Path.Combine(folder, Tower));
        var specs = ModelCatalog.Specs(config).ToArray();
        WriteWeights(Path.Combine(folder, WeightsFile), parameters, specs.Where(spec => spec.Group != ParameterGroup.Vision), dtype);
        WriteWeights(Path.Combine(folder, Tower, WeightsFile), parameters, specs.Where(spec => spec.Group == ParameterGroup.Vision), dtype);
    }

    private static void WriteWeights(string path, ParameterSet parameters, IEnumerable<ParameterSpec> specs, ScalarType dtype)
    {
        var list = specs.ToArray();
        using var writer = new SafetensorsWriter(path,
            [.. list.SelectMany(spec => spec.Parts.Select(part => KeyValuePair.Create(part.Name, new TensorInfo(dtype, spec.PartShape(part.Rows)))))]);
        foreach (var spec in list)
        {
            using var scope = NewDisposeScope();
            foreach (var (name, value) in parameters.Parts(spec))
            {
                writer.Write(name, value.to(dtype));
            }
        }
        writer.Complete();
    }
}
