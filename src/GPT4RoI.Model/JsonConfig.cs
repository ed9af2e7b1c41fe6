using System.Text.Json;
using GPT4RoI.Model.Weights;

namespace GPT4RoI.Model;

/// <summary>One object of a <c>config.json</c>, with messages that name file and key.</summary>
internal sealed class JsonConfig(JsonElement json, string path)
{
    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>The value of a key; null when it is absent or null.</summary>
    public JsonElement? Find(string key) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>An object below this one; null when there is none.</summary>
    public JsonConfig? Section(string key) => Find(key) is { ValueKind: JsonValueKind.Object } section ? new(section, path) : null;

    /// <summary>An object without keys in the same file.</summary>
    public JsonConfig Empty() => new(default, path);

    /// <summary>A required text.</summary>
    public string Text(string key) => Find(key) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : throw Fault(key, "a text is needed");

    /// <summary>A number, or the default where the key is absent.</summary>
    public double Number(string key, double absent) => Find(key) switch
    {
        null => absent,
        { ValueKind: JsonValueKind.Number } number when number.TryGetDouble(out var value) && double.IsFinite(value) => value,
        _ => throw Fault(key, "not a number"),
    };

    /// <summary>A positive integer, required unless a default is given.</summary>
    public int Size(string key, int? absent = null)
    {
        var size = Find(key) is { } value
            ? value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : throw Fault(key, "not an integer")
            : absent ?? throw Fault(key, "missing");
        return size > 0 ? size : throw Fault(key, $"{size} is not positive");
    }

    /// <summary>Refuses a model in which a key, if present, has any value but the one implemented.</summary>
    public void Refuse(string key, string implemented)
    {
        if (Find(key) is { } value && value.ToString() != implemented)
        {
            throw Fault(key, $"'{value}' is not implemented");
        }
    }

    private WeightsException Fault(string key, string fault) => new($"{path}: {key}: {fault}");
}
