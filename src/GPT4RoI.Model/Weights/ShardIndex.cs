using System.Text.Json;

namespace GPT4RoI.Model.Weights;

/// <summary>The index of a checkpoint in several files (<c>*.index.json</c> of Hugging Face): which tensor lies in which file.</summary>
internal static class ShardIndex
{
    private const long LongestIndex = 64 << 20;

    /// <summary>File name by tensor name, in the index's order. Every file name is one of the index's own folder.</summary>
    /// <exception cref="WeightsException">The index is malformed, or names a file outside its folder.</exception>
    public static OrderedDictionary<string, string> Read(string path)
    {
        try
        {
            return new FileInfo(path).Length <= LongestIndex
                ? Read(path, File.ReadAllBytes(path))
                : throw new WeightsException($"{path}: an index of more than {LongestIndex} bytes is not read");
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            // The last: an escape in a string that stands for no character.
            throw new WeightsException($"{path}: cannot be read: {exception.Message}", exception);
        }
    }

    private static OrderedDictionary<string, string> Read(string path, byte[] bytes)
    {
        using var json = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
        if (json.RootElement.ValueKind != JsonValueKind.Object
            || !json.RootElement.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object)
        {
            throw new WeightsException($"{path}: has no object weight_map");
        }
        var shards = new OrderedDictionary<string, string>();
        var faults = new List<string>();
        foreach (var property in map.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.String && property.Value.GetString()! is var file && IsPlainName(file))
            {
                shards.Add(property.Name, file);
            }
            else
            {
                var value = Printable.Quote(property.Value.ToString());
                faults.Add($"{Printable.Quote(property.Name)}: {value} is not the name of a file beside the index");
            }
        }
        return faults.Count == 0 ? shards : throw new WeightsException($"{path}: the index is malformed ({faults.Count} faults):", faults);
    }

    private static bool IsPlainName(string file) => file is not ("" or "." or "..") && file.AsSpan().IndexOfAny('/', '\\', '\0') < 0;
}
