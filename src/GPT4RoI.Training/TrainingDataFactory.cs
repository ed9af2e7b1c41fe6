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
        return configs.Count > 0
            ? new([DatasetFactory.Create(configs, config.Seed, faults)])
            : throw new DatasetException($"Stage '{stage.Name}': neither it nor the training names data.");
    }
}
