using System.Text.Json;
using System.Text.Json.Serialization;

namespace GPT4RoI.Training.Datasets.Reading;

/// <summary>A list in an annotation file, read one element at a time.</summary>
/// <param name="name">Its name in the file's object; null if the file is the list.</param>
internal abstract class JsonList(string? name)
{
    public const string Malformed = "the record does not have the expected form";

    /// <summary>Names as the annotation files write them; numbers may stand in quotes.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
    };

    public string? Name => name;

    /// <summary>Takes one element.</summary>
    public abstract void Take(ReadOnlySpan<byte> element, string record, string file, DataFaults faults);
}

/// <summary>A list of <typeparamref name="T"/>; elements that are none are faults.</summary>
/// <param name="name">Its name in the file's object; null if the file is the list.</param>
/// <param name="take">Takes an element and what to call it in reports.</param>
internal sealed class JsonList<T>(string? name, Action<T, string> take) : JsonList(name)
    where T : class
{
    public override void Take(ReadOnlySpan<byte> element, string record, string file, DataFaults faults)
    {
        T? value = null;
        var detail = "null";
        try
        {
            value = JsonSerializer.Deserialize<T>(element, Options);
        }
        catch (JsonException exception)
        {
            detail = exception.Message;
        }

        if (value is null)
        {
            faults.Report(Malformed, file, record, detail);
            return;
        }

        take(value, record);
    }
}
