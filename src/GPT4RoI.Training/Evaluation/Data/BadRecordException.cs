namespace GPT4RoI.Training.Evaluation.Data;

/// <summary>One record cannot be used; the message says which field and why. The reader skips it.</summary>
internal sealed class BadRecordException(string message) : Exception(message);
