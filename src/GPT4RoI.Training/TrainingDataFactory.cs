using GPT4RoI.Training.Configuration;
using GPT4RoI.Training.Datasets;

namespace GPT4RoI.Training;

/// <summary>Opens the datasets that a training's configuration names.</summary>
public static class TrainingDataFactory
{
    /// <summary>What a stage learns from.</summary>
    /// <exception cref="DatasetException">A dataset is unknown, incomplete or empty, or the stage names none.</exception>
    public static TrainingData Open(TrainingConfig config, StageConfig stage, DataFaults faults)
    {
        var configs = stage.Data ?? config.Data;
        return (configs.Count, stage.Kind) switch
        {
            (0, _) => throw new DatasetException($"Stage '{stage.Name}': neither it nor the training names data."),
            (_, StageKind.Instruction) => new([DatasetFactory.Create(configs, config.Seed, faults)]),
            (1, _) => new([], (preprocessor, grid) => DatasetFactory.OpenVision(configs[0], preprocessor, grid, faults)),
            _ => throw new DatasetException($"Stage '{stage.Name}': a vision stage learns from one data set."),
        };
    }
}
