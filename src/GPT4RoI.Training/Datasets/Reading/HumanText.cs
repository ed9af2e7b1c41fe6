namespace GPT4RoI.Training.Datasets.Reading;

/// <summary>Words of a data set that go into a question.</summary>
internal static class HumanText
{
    /// <summary>Whether there are any, and none reads as a place for a region or picture.</summary>
    public static bool IsPlain(string? text) => !string.IsNullOrWhiteSpace(text)
        && !text.Contains("<bbox>", StringComparison.Ordinal) && !text.Contains("<image>", StringComparison.Ordinal);
}
