using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace GPT4RoI.Gateway.OpenAi;

/// <summary>How OpenAI's JSON is read and written.</summary>
internal static class ChatJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.Strict,
    };
}

/// <summary>One of something, written as a text, or a list of it.</summary>
internal abstract class OneOrMore<T> : JsonConverter<IReadOnlyList<T>>
{
    public override bool HandleNull => true;

    public override IReadOnlyList<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Null => [],
        JsonTokenType.String => [Of(reader.GetString()!)],
        JsonTokenType.StartArray => ReadList(ref reader, options),
        _ => throw new JsonException(),
    };

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<T> value, JsonSerializerOptions options) => throw new NotSupportedException();

    protected abstract T Of(string text);

    private static List<T> ReadList(ref Utf8JsonReader reader, JsonSerializerOptions options)
    {
        try
        {
            return JsonSerializer.Deserialize<List<T>>(ref reader, options)!;
        }
        catch (JsonException)
        {
            throw new JsonException(); // without a path inside the list the whole one is told
        }
    }
}

/// <summary>A text, or a list of texts.</summary>
internal sealed class OneOrMoreTexts : OneOrMore<string>
{
    protected override string Of(string text) => text;
}

/// <summary>A text, which is one part, or a list of parts.</summary>
internal sealed class TextOrParts : OneOrMore<ChatPart?>
{
    protected override ChatPart Of(string text) => new() { Type = ChatPrompt.TextPart, Text = text };
}

/// <summary>The bytes of a base64 data URI; null for any other URL. Decoded in place: a picture is in memory once.</summary>
internal sealed class DataUri : JsonConverter<ArraySegment<byte>?>
{
    private static ReadOnlySpan<byte> Scheme => "data:"u8;

    private static ReadOnlySpan<byte> Encoding => ";base64"u8;

    public override ArraySegment<byte>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new JsonException();
        }
        var uri = new byte[reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length];
        var length = reader.CopyString(uri);
        var comma = uri.AsSpan(0, length).IndexOf((byte)',');
        if (comma < 0 || !uri.AsSpan().StartsWith(Scheme) || !uri.AsSpan(0, comma).EndsWith(Encoding))
        {
            return null;
        }
        var data = uri.AsSpan(comma + 1, length - comma - 1);
        return Base64.DecodeFromUtf8InPlace(data, out var written) == OperationStatus.Done ? new(uri, comma + 1, written) : null;
    }

    public override void Write(Utf8JsonWriter writer, ArraySegment<byte>? value, JsonSerializerOptions options) => throw new NotSupportedException();
}
