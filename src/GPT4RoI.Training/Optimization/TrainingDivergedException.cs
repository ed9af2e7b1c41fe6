namespace GPT4RoI.Training.Optimization;

/// <summary>The loss or the gradients are no longer numbers. The last checkpoint is from before that.</summary>
public sealed class TrainingDivergedException(string message) : Exception(message);
