using System.Buffers.Binary;
using System.Text.Json;

namespace GPT4RoI.Model.Weights;

/// <summary>
/// The JSON header of a safetensors file: 8 bytes of length (little-endian), then <c>{"name": {"dtype", "shape", "data_offsets"}, …}</c>,
/// then the data. Nothing in it is believed: dtypes, shapes and offsets have to agree with each other, and the data has to fill the file
/// without a gap.
/// </summary>
internal sealed record SafetensorsHeader(
    OrderedDictionary<string, SafetensorsHeader.Entry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>Bytes before the JSON.</summary>
    public const int PrefixSize = 8;

    /// <summary>The longest JSON header that is read, 100 MB as in the format's own reader.</summary>
    public const long LongestJson = 100_000_000;

    public const string MetadataKey = "__metadata__";

    /// <summary>One tensor.</summary>
    /// <param name="Info">Dtype and shape.</param>
    /// <param name="Offset">First byte in the file.</param>
    /// <param name="Length">Bytes.</param>
    internal sealed record Entry(TensorInfo Info, long Offset, long Length);

    /// <exception cref="WeightsException">The header is malformed; every fault in it is listed.</exception>
    public static SafetensorsHeader Read(MappedFile file)
    {
        if (file.Length < PrefixSize)
        {
            throw new WeightsException($"{file.Path}: {file.Length} bytes are too few for a safetensors file");
        }
        var length = BinaryPrimitives.ReadUInt64LittleEndian(file.Bytes(0, PrefixSize));
        if (length > LongestJson || (long)length > file.Length - PrefixSize)
        {
            throw new WeightsException(
                $"{file.Path}: the header claims {length} bytes; {file.Length - PrefixSize} are left in the file, and {LongestJson} are the limit");
        }
        var dataStart = PrefixSize + (long)length;
        try
        {
            using var json = JsonDocument.Parse(
                file.Bytes(PrefixSize, (int)length).ToArray(), new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? Read(file, json.RootElement, dataStart)
                : throw new WeightsException($"{file.Path}: the header is not a JSON object");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The latter: an escape in a string that stands for no character.
            throw new WeightsException($"{file.Path}: the header is not valid JSON: {exception.Message}", exception);
        }
    }

    private static SafetensorsHeader Read(MappedFile file, JsonElement root, long dataStart)
    {
        var entries = new OrderedDictionary<string, Entry>();
        var metadata = new Dictionary<string, string>();
        var faults = new List<string>();
        foreach (var property in root.EnumerateObject())
        {
            if (property.Name == MetadataKey)
            {
                ReadMetadata(property.Value, metadata, faults);
            }
            else if (ReadEntry(property.Value, file.Length - dataStart, out var fault) is { } entry)
            {
                entries.Add(property.Name, entry with { Offset = dataStart + entry.Offset });
            }
            else
            {
                faults.Add($"{Printable.Quote(property.Name)}: {fault}");
            }
        }
        if (faults.Count == 0)
        {
            SafetensorsLayout.Check(entries, dataStart, file.Length, faults);
        }
        return faults.Count == 0
            ? new SafetensorsHeader(entries, metadata)
            : throw new WeightsException($"{file.Path}: the safetensors header is malformed ({faults.Count} faults):", faults);
    }

    private static void ReadMetadata(JsonElement json, Dictionary<string, string> metadata, List<string> faults)
    {
        if (json.ValueKind != JsonValueKind.Object || json.EnumerateObject().Any(pair => pair.Value.ValueKind != JsonValueKind.String))
        {
            faults.Add($"{MetadataKey}: not an object of strings");
            return;
        }
        foreach (var pair in json.EnumerateObject())
        {
            metadata.Add(pair.Name, pair.Value.GetString()!);
        }
    }

    /// <summary>An entry with its offset still relative to the data; null and a fault when something in it does not fit.</summary>
    private static Entry? ReadEntry(JsonElement json, long available, out string? fault)
    {
        fault = null;
        if (json.ValueKind != JsonValueKind.Object
            || !json.TryGetProperty("dtype", out var dtypeJson) || dtypeJson.ValueKind != JsonValueKind.String
            || !json.TryGetProperty("shape", out var shapeJson) || ReadSizes(shapeJson) is not { } shape
            || !json.TryGetProperty("data_offsets", out var offsetsJson) || ReadSizes(offsetsJson) is not [var begin, var end])
        {
            fault = "needs a dtype name, a shape of non-negative integers and two data_offsets";
            return null;
        }
        var name = dtypeJson.GetString()!;
        if (Dtypes.FromSafetensors(name) is not { } dtype)
        {
            fault = $"dtype {Printable.Quote(name)} is not supported";
        }
        else if (begin > end || end > available)
        {
            fault = $"data_offsets {begin}..{end} are not within the file's {available} bytes of data (truncated?)";
        }
        else if (Dtypes.ByteCount(dtype, shape) != end - begin)
        {
            var expected = Dtypes.ByteCount(dtype, shape)?.ToString() ?? "more bytes than a file can hold";
            fault = $"{name} {Printable.Shape(shape)} takes {expected}, data_offsets {begin}..{end} hold {end - begin}";
        }
        return fault is null ? new Entry(new TensorInfo(Dtypes.FromSafetensors(name)!.Value, shape), begin, end - begin) : null;
    }

    private static long[]? ReadSizes(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Array)
        {
            return null;
        }
        var sizes = new List<long>(json.GetArrayLength());
        foreach (var element in json.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt64(out var size) || size < 0)
            {
                return null;
            }
            sizes.Add(size);
        }
        return [.. sizes];
    }
}
