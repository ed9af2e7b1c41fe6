namespace GPT4RoI.Training.Evaluation;

/// <summary>One question has no answer: its picture, its boxes or its length were refused, or its computation failed. The evaluation goes on.</summary>
public sealed class AnswerFailedException(string message, Exception? cause = null) : Exception(message, cause);
