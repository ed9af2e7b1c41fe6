namespace GPT4RoI.Training.Datasets;

/// <summary>
/// A data set that cannot be used at all: a file is missing, broken or of another kind, or its configuration is wrong. The message says which and why.
/// </summary>
public sealed class DatasetException : Exception
{
    public DatasetException(string message) : base(message) { }

    public DatasetException(string message, Exception inner) : base(message, inner) { }
}
