using System.Text.Json;
using GPT4RoI.Contracts.Errors;
using GPT4RoI.Gateway.Admission;

namespace GPT4RoI.Gateway.OpenAi;

/// <summary>Refuses what this model cannot do, rather than answering something else than was asked.</summary>
internal static class ChatBodyRules
{
    private static readonly string[] Unsupported = ["tools", "tool_choice", "functions", "function_call", "audio", "prediction", "web_search_options"];

    /// <summary>Checks what does not depend on messages and image.</summary>
    /// <param name="body">As sent.</param>
    /// <param name="servedModel">Name of the model that is served.</param>
    public static ClusterError? Check(ChatBody body, string servedModel)
    {
        if (body.Model is { Length: > 0 } model && model != servedModel)
        {
            return new(ErrorCode.NotFound, "MODEL_NOT_FOUND", $"The model \"{model}\" does not exist; this server has \"{servedModel}\".", "model");
        }
        if (body.N is { } n && n != 1)
        {
            return Invalid.Field("n", "UNSUPPORTED", $"n is {n}; only 1 is supported.");
        }
        if (Unsupported.FirstOrDefault(name => IsGiven(body, name)) is { } unsupported)
        {
            return Invalid.Field(unsupported, "UNSUPPORTED", $"{unsupported} is not supported by this model.");
        }
        if (IsGiven(body, "response_format") && Text(body.Others["response_format"], "type") != "text")
        {
            return Invalid.Field("response_format", "UNSUPPORTED", "This model writes plain text only.");
        }
        if (IsGiven(body, "modalities") && body.Others["modalities"].ToString() != """["text"]""")
        {
            return Invalid.Field("modalities", "UNSUPPORTED", "This model writes plain text only.");
        }
        if (body.TopLogprobs > 0 && body.Logprobs != true)
        {
            return Invalid.Field("top_logprobs", "SAMPLING_OUT_OF_RANGE", "top_logprobs needs logprobs to be true.");
        }
        return body.StreamOptions is not null && body.Stream != true
            ? Invalid.Field("stream_options", "UNSUPPORTED", "stream_options needs stream to be true.")
            : null;
    }

    private static bool IsGiven(ChatBody body, string name) => body.Others.TryGetValue(name, out var value) && value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => false,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.String => value.GetString() is not ("none" or "auto"),
        _ => true,
    };

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
