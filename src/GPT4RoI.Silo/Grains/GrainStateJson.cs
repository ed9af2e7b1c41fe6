using System.Text.Json;
using System.Text.Json.Serialization;
using Orleans.Storage;

namespace GPT4RoI.Silo.Grains;

/// <summary>Grain state as JSON of known types. Nothing in a stored state can name a type to construct.</summary>
internal sealed class GrainStateSerializer : IGrainStorageSerializer
{
    /// <inheritdoc />
    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, typeof(T), GrainStateJson.Default));

    /// <inheritdoc />
    public T Deserialize<T>(BinaryData input) =>
        (T?)JsonSerializer.Deserialize(input.ToMemory().Span, typeof(T), GrainStateJson.Default)
        ?? throw new JsonException($"a stored {typeof(T).Name} is null");
}

/// <summary>The types that grains store.</summary>
[JsonSerializable(typeof(ConversationState))]
[JsonSerializable(typeof(TenantState))]
internal sealed partial class GrainStateJson : JsonSerializerContext;
