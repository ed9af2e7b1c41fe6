using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using GPT4RoI.Model;

namespace GPT4RoI.Training.Configuration;

/// <summary>Reads a training's JSON file and refuses what makes no sense.</summary>
public static class TrainingConfigReader
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>Reads a file; paths in it become absolute.</summary>
    /// <exception cref="InvalidDataException">It is not JSON, or a value is missing, unknown or senseless; the message names file and value.</exception>
    public static TrainingConfig Read(string path)
    {
        var config = Parse(File.ReadAllText(path), path);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return config with
        {
            Model = config.Model with { From = Absolute(config.Model.From), Tokenizer = Absolute(config.Model.Tokenizer) },
            Data = [.. config.Data.Select(data => data.In(folder))],
            Stages = [.. config.Stages.Select(stage => stage with { Data = stage.Data?.Select(data => data.In(folder)).ToArray() })],
        };

        string? Absolute(string? relative) => relative is null ? null : Path.GetFullPath(relative, folder);
    }

    /// <summary>Reads a text.</summary>
    /// <param name="json">The configuration.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="InvalidDataException">As <see cref="Read"/>.</exception>
    public static TrainingConfig Parse(string json, string name)
    {
        try
        {
            var root = JsonNode.Parse(json, documentOptions: new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })!.AsObject();
            if (root["stages"] is JsonArray stages)
            {
                root["stages"] = new JsonArray([.. stages.Select((stage, index) => (JsonNode)WithPreset(stage!.AsObject(), index))]);
            }
            var config = root.Deserialize<TrainingConfig>(Options)!;
            Check(config);
            return config;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or NullReferenceException)
        {
            throw new InvalidDataException($"{name}: {exception.Message}", exception);
        }

        static JsonObject WithPreset(JsonObject stage, int index) => StagePresets.Apply(stage)?.DeepClone().AsObject()
            ?? throw new FormatException($"stages[{index}].preset: '{stage["preset"]}' is none of {string.Join(", ", StagePresets.Names)}");
    }

    private static void Check(TrainingConfig config)
    {
        Require((config.Model.From is null) != (config.Model.Sizes is null), "model: either from or sizes is needed");
        Require(config.Model.Sizes is null || config.Model.Tokenizer is not null, "model.tokenizer: a new model needs one");
        Require(ModelPlacement.Parse(config.Device, config.Device.StartsWith("cuda", StringComparison.Ordinal) ? config.Dtype : "float32") is not null
            && config.Dtype is "float32" or "bfloat16", $"device '{config.Device}' with dtype '{config.Dtype}' is not known");
        Require(config.Threads > 0, "threads must be positive");
        Require(config.CheckpointEvery > 0 && config.KeepCheckpoints > 0, "checkpoint_every and keep_checkpoints must be positive");
        Require(config.Stages.Count > 0, "stages: at least one is needed");
        foreach (var (index, stage) in config.Stages.Index())
        {
            var name = $"stages[{index}] '{stage.Name}'";
            Require(stage.Steps > 0 != stage.Epochs > 0, $"{name}: either steps or epochs must be positive");
            Require(stage.BatchSize > 0 && stage.Accumulation > 0, $"{name}: batch_size and accumulation must be positive");
            Require(stage.PatchSize is null or > 0, $"{name}: patch_size must be positive");
            Require(stage.LearningRate > 0, $"{name}: learning_rate must be positive");
            Require(stage.Train.Count > 0, $"{name}: train names no group");
            Require(stage is { WarmUpRatio: >= 0 and < 1, WarmUpSteps: >= 0, WeightDecay: >= 0, ClipNorm: >= 0, Beta2: > 0 and < 1 },
                $"{name}: warm-up, weight_decay, clip_norm or beta2 is out of range");
        }
    }

    private static void Require(bool holds, string fault)
    {
        if (!holds)
        {
            throw new FormatException(fault);
        }
    }
}
