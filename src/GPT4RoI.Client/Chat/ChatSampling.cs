using Microsoft.Extensions.AI;

namespace GPT4RoI.Client.Chat;

/// <summary>A chat's options as ours.</summary>
internal static class ChatSampling
{
    /// <summary>Reads them. <see cref="SamplingOptions"/> of <see cref="ChatOptions.RawRepresentationFactory"/> are what they start from.</summary>
    /// <exception cref="NotSupportedException">They ask for what this model cannot do.</exception>
    public static SamplingOptions? Read(ChatOptions? options, IChatClient client)
    {
        if (options is null)
        {
            return null;
        }
        Refuse(options.Tools is { Count: > 0 }, nameof(options.Tools));
        Refuse(options.ResponseFormat is not (null or ChatResponseFormatText), nameof(options.ResponseFormat));
        Refuse(!string.IsNullOrEmpty(options.Instructions), nameof(options.Instructions));
        var start = options.RawRepresentationFactory?.Invoke(client) as SamplingOptions ?? new();
        return start with
        {
            Temperature = options.Temperature ?? start.Temperature,
            TopK = options.TopK ?? start.TopK,
            TopP = options.TopP ?? start.TopP,
            PresencePenalty = options.PresencePenalty ?? start.PresencePenalty,
            FrequencyPenalty = options.FrequencyPenalty ?? start.FrequencyPenalty,
            Seed = options.Seed is { } seed ? unchecked((ulong)seed) : start.Seed,
            MaxTokens = options.MaxOutputTokens ?? start.MaxTokens,
            Stop = options.StopSequences is { } stop ? [.. stop] : start.Stop,
        };
    }

    private static void Refuse(bool isAskedFor, string option)
    {
        if (isAskedFor)
        {
            throw new NotSupportedException($"ChatOptions.{option}: this model has no such thing.");
        }
    }
}
