using System.Text;
using System.Text.Json.Serialization;
using GPT4RoI.Contracts.Conversations;

namespace GPT4RoI.Gateway.OpenAi;

/// <summary>A whole answer: <c>chat.completion</c>.</summary>
internal sealed record ChatCompletion(string Id, long Created, string Model, string SystemFingerprint, IReadOnlyList<ChatChoice> Choices, ChatUsage Usage)
{
    public string Object { get; } = "chat.completion";
}

/// <summary>The one choice of an answer.</summary>
internal sealed record ChatChoice(ChatAnswer Message, ChatLogprobs? Logprobs, string FinishReason)
{
    public int Index { get; }
}

/// <summary>The answer's words.</summary>
internal sealed record ChatAnswer(string Content)
{
    public string Role { get; } = "assistant";

    public string? Refusal { get; }
}

/// <summary>A piece of a streamed answer: <c>chat.completion.chunk</c>. The last one has no choice and the usage, if that was asked for.</summary>
internal sealed record ChatChunk(string Id, long Created, string Model, string SystemFingerprint, IReadOnlyList<ChatChunkChoice> Choices)
{
    public string Object { get; } = "chat.completion.chunk";

    /// <summary>Only in the last one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ChatUsage? Usage { get; init; }
}

/// <summary>The one choice of a chunk.</summary>
internal sealed record ChatChunkChoice(ChatDelta Delta, ChatLogprobs? Logprobs, string? FinishReason)
{
    public int Index { get; }
}

/// <summary>What a chunk adds.</summary>
internal sealed record ChatDelta
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Role { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Content { get; init; }
}

/// <summary>Log-probabilities of tokens, in order.</summary>
internal sealed record ChatLogprobs(IReadOnlyList<ChatTokenLogprob> Content)
{
    public string? Refusal { get; }

    /// <summary>Those of a piece of an answer, with as many alternatives as were asked for.</summary>
    public static ChatLogprobs Of(IEnumerable<TokenLogprob> tokens, int alternatives) =>
        new([.. tokens.Select(token => ChatTokenLogprob.Of(token) with { TopLogprobs = [.. token.Alternatives.Take(alternatives).Select(ChatTokenLogprob.Of)] })]);
}

/// <summary>A token's log-probability.</summary>
internal sealed record ChatTokenLogprob(string Token, float Logprob, IReadOnlyList<int> Bytes)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ChatTokenLogprob>? TopLogprobs { get; init; }

    public static ChatTokenLogprob Of(TokenLogprob token) => new(token.Text, token.Logprob, [.. Encoding.UTF8.GetBytes(token.Text)]);
}

/// <summary>What an answer cost, in tokens; image and region tokens count as the prompt's.</summary>
internal sealed record ChatUsage(int PromptTokens, int CompletionTokens, ChatPromptDetails PromptTokensDetails)
{
    public int TotalTokens => PromptTokens + CompletionTokens;

    public static ChatUsage Of(TurnUsage usage) => new(usage.InputTokens, usage.OutputTokens, new(usage.CachedTokens, usage.ImageTokens, usage.RegionTokens));
}

/// <summary>Kinds of prompt tokens. Image and region tokens are additions of ours.</summary>
internal sealed record ChatPromptDetails(int CachedTokens, int ImageTokens, int RegionTokens);

/// <summary><c>GET /v1/models</c>.</summary>
internal sealed record ModelList(IReadOnlyList<ModelEntry> Data)
{
    public string Object { get; } = "list";
}

/// <summary>A model.</summary>
internal sealed record ModelEntry(string Id)
{
    public string Object { get; } = "model";

    public long Created { get; }

    public string OwnedBy { get; } = "gpt4roi";
}
