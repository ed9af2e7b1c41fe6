using System.Globalization;

namespace GPT4RoI.Engine.Requests;

/// <summary>Refuses sampling parameters outside their documented limits. Fields are named as on the wire.</summary>
public static class SamplingParamsValidator
{
    /// <summary>Stop texts per request.</summary>
    public const int MaxStopTexts = 16;

    /// <summary>UTF-16 code units per stop text.</summary>
    public const int MaxStopLength = 64;

    /// <summary>Stop tokens per request.</summary>
    public const int MaxStopTokens = 64;

    /// <summary>Biased tokens per request.</summary>
    public const int MaxBiasedTokens = 300;

    /// <summary>Alternatives reported per token.</summary>
    public const int MaxTopLogprobs = 20;

    /// <summary>The first fault, or null. NaN and infinities are outside every range.</summary>
    /// <param name="parameters">What the client asked for.</param>
    /// <param name="vocabularySize">Token ids must be below it.</param>
    public static Rejection? Validate(SamplingParams parameters, int vocabularySize) =>
        ValidateRanges(parameters) ?? ValidateStops(parameters, vocabularySize) ?? ValidateBias(parameters, vocabularySize);

    private static Rejection? ValidateRanges(SamplingParams p) =>
        Check(p.Temperature is >= 0 and <= 10, "temperature", "from 0 to 10", p.Temperature)
        ?? Check(p.TopK >= 0, "top_k", "0 (all tokens) or more", p.TopK)
        ?? Check(p.TopP is > 0 and <= 1, "top_p", "above 0 and at most 1", p.TopP)
        ?? Check(p.MinP is >= 0 and < 1, "min_p", "from 0 to below 1", p.MinP)
        ?? Check(p.RepetitionPenalty is > 0 and <= 10, "repetition_penalty", "above 0 and at most 10", p.RepetitionPenalty)
        ?? Check(p.PresencePenalty is >= -2 and <= 2, "presence_penalty", "from -2 to 2", p.PresencePenalty)
        ?? Check(p.FrequencyPenalty is >= -2 and <= 2, "frequency_penalty", "from -2 to 2", p.FrequencyPenalty)
        ?? Check(p.MaxTokens >= 1, "max_tokens", "1 or more", p.MaxTokens)
        ?? Check(p.TopLogprobs is >= 0 and <= MaxTopLogprobs, "top_logprobs", $"from 0 to {MaxTopLogprobs}", p.TopLogprobs);

    private static Rejection? ValidateStops(SamplingParams p, int vocabularySize)
    {
        var fault = Check(p.Stop.Count <= MaxStopTexts, "stop", $"at most {MaxStopTexts} texts", p.Stop.Count)
            ?? Check(p.StopTokenIds.Count <= MaxStopTokens, "stop_token_ids", $"at most {MaxStopTokens} tokens", p.StopTokenIds.Count);
        for (var index = 0; fault is null && index < p.Stop.Count; index++)
        {
            var length = p.Stop[index].Length;
            fault = Check(length is >= 1 and <= MaxStopLength, $"stop[{index}]", $"from 1 to {MaxStopLength} characters", length);
        }
        for (var index = 0; fault is null && index < p.StopTokenIds.Count; index++)
        {
            fault = CheckToken(p.StopTokenIds[index], $"stop_token_ids[{index}]", vocabularySize);
        }
        return fault;
    }

    private static Rejection? ValidateBias(SamplingParams p, int vocabularySize)
    {
        var fault = Check(p.LogitBias.Count <= MaxBiasedTokens, "logit_bias", $"at most {MaxBiasedTokens} tokens", p.LogitBias.Count);
        if (fault is not null)
        {
            return fault;
        }
        foreach (var (tokenId, bias) in p.LogitBias)
        {
            var field = string.Create(CultureInfo.InvariantCulture, $"logit_bias[{tokenId}]");
            fault ??= CheckToken(tokenId, field, vocabularySize) ?? Check(bias is >= -100 and <= 100, field, "from -100 to 100", bias);
        }
        return fault;
    }

    private static Rejection? CheckToken(int tokenId, string field, int vocabularySize) =>
        Check(tokenId >= 0 && tokenId < vocabularySize, field, $"a token id from 0 to {vocabularySize - 1}", tokenId);

    private static Rejection? Check<T>(bool holds, string field, string limit, T value) => holds
        ? null
        : new(RejectionKind.Invalid, "sampling." + field, string.Create(CultureInfo.InvariantCulture, $"sampling.{field} must be {limit}; it is {value}."));
}
