using GPT4RoI.Model;
using GPT4RoI.Model.Weights;
using GPT4RoI.Training.Modules;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Checkpoints;

/// <summary>Writes a model as the folder that <see cref="Gpt4RoiCheckpoint.Open"/> reads: configs, tokenizer, weights, and the vision tower in <c>clip</c>.</summary>
internal static class ModelFolder
{
    private const string Tower = "clip", WeightsFile = "model.safetensors";
    private static readonly string[] TokenizerFiles =
        ["tokenizer.model", "added_tokens.json", "special_tokens_map.json", "tokenizer_config.json", "generation_config.json"];

    /// <param name="folder">Exists.</param>
    /// <param name="config">Sizes.</param>
    /// <param name="parameters">Every parameter of the catalog.</param>
    /// <param name="sources">Where tokenizer and preprocessing come from.</param>
    /// <param name="dtype">Of the weights.</param>
    public static void Write(string folder, Gpt4RoiConfig config, ParameterSet parameters, ModelSources sources, ScalarType dtype)
    {
        Directory.CreateDirectory(Path.Combine(folder, Tower));
        File.WriteAllText(Path.Combine(folder, "config.json"), ConfigFiles.Model(config, Tower, dtype));
        File.WriteAllText(Path.Combine(folder, Tower, "config.json"), ConfigFiles.VisionTower(config, dtype));
        Copy(sources.Tokenizer, folder, TokenizerFiles);
        Copy(sources.VisionTower, Path.Combine(folder, Tower), ["preprocessor_config.json"]);
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

    private static void Copy(string from, string to, IEnumerable<string> names)
    {
        foreach (var name in names.Where(name => File.Exists(Path.Combine(from, name))))
        {
            File.Copy(Path.Combine(from, name), Path.Combine(to, name), overwrite: true);
        }
    }
}

/// <summary>Folders whose files go along with a model's weights.</summary>
/// <param name="Tokenizer">Tokenizer files.</param>
/// <param name="VisionTower">Where <c>preprocessor_config.json</c> is; CLIP's constants hold if it is not there.</param>
internal sealed record ModelSources(string Tokenizer, string VisionTower);
