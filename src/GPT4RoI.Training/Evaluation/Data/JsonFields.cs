using System.Text.Json;

namespace GPT4RoI.Training.Evaluation.Data;

/// <summary>Fields of records from outside: what is not there, or of another kind, makes the record a bad one.</summary>
internal static class JsonFields
{
    /// <summary>Reads a whole file.</summary>
    /// <exception cref="EvaluationDataException">It is not JSON, or not an object.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static JsonDocument Open(string path)
    {
        using var stream = File.OpenRead(path);
        try
        {
            var document = JsonDocument.Parse(stream);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document : throw new EvaluationDataException($"{path} is not a JSON object.");
        }
        catch (JsonException exception)
        {
            throw new EvaluationDataException($"{path} is not JSON: {exception.Message}", exception);
        }
    }

    /// <summary>A list that the file as a whole must hold.</summary>
    public static JsonElement.ArrayEnumerator Section(this JsonElement root, string path, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray()
            : throw new EvaluationDataException($"{path} holds no list '{name}'.");

    public static JsonElement Field(this JsonElement record, string name, JsonValueKind kind) =>
        record.ValueKind == JsonValueKind.Object && record.TryGetProperty(name, out var value) && value.ValueKind == kind
            ? value
            : throw new BadRecordException($"'{name}' is missing or no {kind}.");

    public static string Text(this JsonElement record, string name) =>
        record.Field(name, JsonValueKind.String).GetString() is { } text && !string.IsNullOrWhiteSpace(text)
            ? text
            : throw new BadRecordException($"'{name}' is empty.");

    public static long Integer(this JsonElement record, string name) =>
        record.Field(name, JsonValueKind.Number).TryGetInt64(out var value) ? value : throw new BadRecordException($"'{name}' is no whole number.");

    public static double Number(this JsonElement record, string name) => Finite(record.Field(name, JsonValueKind.Number), name);

    public static JsonElement[] List(this JsonElement record, string name) => [.. record.Field(name, JsonValueKind.Array).EnumerateArray()];

    /// <summary>Numbers, at least <paramref name="least"/> of them.</summary>
    public static double[] Numbers(this JsonElement list, string name, int least) =>
        list.ValueKind == JsonValueKind.Array && list.GetArrayLength() >= least
            ? [.. list.EnumerateArray().Select(value => Finite(value, name))]
            : throw new BadRecordException($"'{name}' is no list of {least} numbers.");

    private static double Finite(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : throw new BadRecordException($"'{name}' is no number.");
}
