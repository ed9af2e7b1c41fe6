using System.Text;

namespace GPT4RoI.Training.Datasets.Reading;

/// <summary>Reads a file that has one JSON value on each line.</summary>
internal static class JsonLines
{
    /// <summary>Gives every line that is not empty to the list; lines are counted from 1.</summary>
    /// <exception cref="DatasetException">The file cannot be read.</exception>
    public static void Read(string path, DataFaults faults, JsonList list)
    {
        try
        {
            foreach (var (index, line) in File.ReadLines(path).Index())
            {
                if (!string.IsNullOrWhiteSpace(line))
                {
                    list.Take(Encoding.UTF8.GetBytes(line), $"line {index + 1}", path, faults);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{path} cannot be read: {exception.Message}", exception);
        }
    }
}
