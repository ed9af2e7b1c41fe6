namespace GPT4RoI.Training.Evaluation;

/// <summary>A data file has not the layout that the task reads; the message names the file and what is missing.</summary>
public sealed class EvaluationDataException(string message, Exception? cause = null) : IOException(message, cause);
