using System.Text.Json;
using System.Text.Json.Serialization;

namespace GPT4RoI.Training.Datasets.Reading;

/// <summary>A flag that some files write as a boolean and others as 0 and 1.</summary>
internal sealed class JsonFlag : JsonConverter<bool>
{
    public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.Number => reader.GetDouble() != 0,
        _ => throw new JsonException("A flag is neither a boolean nor a number."),
    };

    public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) => writer.WriteBooleanValue(value);
}
