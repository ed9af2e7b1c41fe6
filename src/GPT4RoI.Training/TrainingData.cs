using GPT4RoI.Model.Vision;
using GPT4RoI.Training.Instructions;
using GPT4RoI.Training.Vision;

namespace GPT4RoI.Training;

/// <summary>What a training learns from.</summary>
/// <param name="Instructions">Of instruction stages.</param>
/// <param name="Vision">Of vision stages, for a model's preprocessing and its patches along one side.</param>
public sealed record TrainingData(IReadOnlyList<IInstructionDataset> Instructions, Func<ImagePreprocessor, int, IDenseVisionDataset>? Vision = null);
