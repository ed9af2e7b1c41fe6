using GPT4RoI.Model.Prompting;
using GPT4RoI.Training.Datasets;

namespace GPT4RoI.Training.Configuration;

/// <summary>Where the model comes from.</summary>
public sealed record ModelSource
{
    /// <summary>A checkpoint's folder to go on from, relative to the configuration file.</summary>
    public string? From { get; init; }

    /// <summary>Sizes of a new model; instead of <see cref="From"/>.</summary>
    public ModelSizes? Sizes { get; init; }

    /// <summary>Folder of the tokenizer's files; the checkpoint's own if absent.</summary>
    public string? Tokenizer { get; init; }

    /// <summary>Template of a new model's conversations.</summary>
    public string ConversationVersion { get; init; } = ConversationTemplate.DefaultVersion;
}

/// <summary>A training as its JSON file describes it: names in snake_case.</summary>
public sealed record TrainingConfig
{
    /// <summary>Where the model comes from.</summary>
    public required ModelSource Model { get; init; }

    /// <summary>In this order.</summary>
    public required IReadOnlyList<StageConfig> Stages { get; init; }

    /// <summary>The datasets of every stage that names none of its own.</summary>
    public IReadOnlyList<DatasetConfig> Data { get; init; } = [];

    /// <summary>Of everything random.</summary>
    public int Seed { get; init; }

    /// <summary>CPU threads of a torch operation; part of what a result depends on.</summary>
    public int Threads { get; init; } = 2;

    /// <summary><c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Dtype of products: <c>float32</c>, or on CUDA <c>bfloat16</c>. Parameters and optimiser stay float32.</summary>
    public string Dtype { get; init; } = "float32";

    /// <summary>Steps between checkpoints.</summary>
    public int CheckpointEvery { get; init; } = 500;

    /// <summary>How many of the latest checkpoints stay.</summary>
    public int KeepCheckpoints { get; init; } = 2;
}
