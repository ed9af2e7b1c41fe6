using System.Text.Json;
using System.Text.Json.Serialization;

namespace GPT4RoI.Gateway.OpenAi;

/// <summary>
/// Body of <c>POST /v1/chat/completions</c>: OpenAI's, and <c>regions</c>. Fields that are not here are ignored, as OpenAI's clients expect, but for those
/// that would change what the answer is: <see cref="ChatBodyRules"/> refuses them. Null is as good as nothing.
/// </summary>
internal sealed record ChatBody
{
    public string? Model { get; init; }

    public IReadOnlyList<ChatMessage?> Messages { get; init => field = value ?? []; } = [];

    /// <summary>Boxes that <c>&lt;regionN&gt;</c> in the messages means.</summary>
    public IReadOnlyList<ChatRegion?> Regions { get; init => field = value ?? []; } = [];

    public bool? Stream { get; init; }

    public ChatStreamOptions? StreamOptions { get; init; }

    public float? Temperature { get; init; }

    public float? TopP { get; init; }

    public float? PresencePenalty { get; init; }

    public float? FrequencyPenalty { get; init; }

    public int? MaxTokens { get; init; }

    /// <summary>The newer name of <see cref="MaxTokens"/>.</summary>
    public int? MaxCompletionTokens { get; init; }

    public long? Seed { get; init; }

    /// <summary>One text or several.</summary>
    [JsonConverter(typeof(OneOrMoreTexts))]
    public IReadOnlyList<string> Stop { get; init; } = [];

    public bool? Logprobs { get; init; }

    public int? TopLogprobs { get; init; }

    public IReadOnlyDictionary<string, float>? LogitBias { get; init; }

    public int? N { get; init; }

    /// <summary>What is refused: tools, other kinds of output.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Others { get; init; } = new Dictionary<string, JsonElement>();
}

/// <summary>One message.</summary>
internal sealed record ChatMessage
{
    public string? Role { get; init; }

    /// <summary>A text, or parts.</summary>
    [JsonConverter(typeof(TextOrParts))]
    public IReadOnlyList<ChatPart?> Content { get; init; } = [];
}

/// <summary>A part of a message.</summary>
internal sealed record ChatPart
{
    public string? Type { get; init; }

    public string? Text { get; init; }

    public ChatImage? ImageUrl { get; init; }
}

/// <summary>A picture.</summary>
internal sealed record ChatImage([property: JsonConverter(typeof(DataUri))] ArraySegment<byte>? Url);

/// <summary>A box.</summary>
internal sealed record ChatRegion
{
    /// <summary>The N of <c>&lt;regionN&gt;</c>; its place in the list, from 1, unless given.</summary>
    public uint? Id { get; init; }

    /// <summary>x1, y1, x2, y2.</summary>
    public IReadOnlyList<double> Box { get; init => field = value ?? []; } = [];

    /// <summary><c>normalized</c>, 0 to 1, unless it is <c>pixels</c>.</summary>
    public string? Space { get; init; }
}

/// <summary>What a stream ends with.</summary>
internal sealed record ChatStreamOptions(bool? IncludeUsage);
