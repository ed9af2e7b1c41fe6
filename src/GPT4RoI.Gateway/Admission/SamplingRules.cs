using GPT4RoI.Contracts.Errors;

namespace GPT4RoI.Gateway.Admission;

/// <summary>The ranges of protos/gpt4roi/v1/sampling.proto.</summary>
internal static class SamplingRules
{
    /// <summary>Checks the parameters of a request; none at all is fine.</summary>
    public static ClusterError? Check(V1.SamplingParams? sampling)
    {
        if (sampling is null)
        {
            return null;
        }
        return Within("temperature", sampling.HasTemperature, sampling.Temperature, value => value is >= 0 and <= 10, "0 to 10")
            ?? Within("top_k", sampling.HasTopK, sampling.TopK, value => value >= 0, "0 or more")
            ?? Within("top_p", sampling.HasTopP, sampling.TopP, value => value is > 0 and <= 1, "above 0, at most 1")
            ?? Within("min_p", sampling.HasMinP, sampling.MinP, value => value is >= 0 and < 1, "0 to below 1")
            ?? Within("repetition_penalty", sampling.HasRepetitionPenalty, sampling.RepetitionPenalty, value => value is > 0 and <= 10, "above 0, at most 10")
            ?? Within("presence_penalty", sampling.HasPresencePenalty, sampling.PresencePenalty, value => value is >= -2 and <= 2, "-2 to 2")
            ?? Within("frequency_penalty", sampling.HasFrequencyPenalty, sampling.FrequencyPenalty, value => value is >= -2 and <= 2, "-2 to 2")
            ?? Within("max_tokens", sampling.HasMaxTokens, sampling.MaxTokens, value => value >= 1, "1 or more")
            ?? Within("top_logprobs", true, sampling.TopLogprobs, value => value is >= 0 and <= RequestLimits.TopLogprobs, $"0 to {RequestLimits.TopLogprobs}")
            ?? Stops(sampling)
            ?? Biases(sampling);
    }

    private static ClusterError? Stops(V1.SamplingParams sampling)
    {
        if (Count("stop", sampling.Stop.Count, RequestLimits.StopTexts) is { } error
            || (error = Count("stop_token_ids", sampling.StopTokenIds.Count, RequestLimits.LogitBiases)) is not null)
        {
            return error;
        }
        for (var i = 0; i < sampling.Stop.Count; i++)
        {
            var characters = sampling.Stop[i].EnumerateRunes().Count();
            error = Within($"stop[{i}]", true, characters, IsStopLength, $"1 to {RequestLimits.StopTextCharacters} characters");
            if (error is not null)
            {
                return error;
            }
        }
        return null;
    }

    private static bool IsStopLength(int characters) => characters is >= 1 and <= RequestLimits.StopTextCharacters;

    private static ClusterError? Biases(V1.SamplingParams sampling)
    {
        var error = Count("logit_bias", sampling.LogitBias.Count, RequestLimits.LogitBiases);
        foreach (var (token, bias) in sampling.LogitBias)
        {
            error ??= Within($"logit_bias[{token}]", true, bias, value => value is >= -100 and <= 100, "-100 to 100");
        }
        return error;
    }

    private static ClusterError? Count(string field, int count, int limit) => count <= limit
        ? null
        : Invalid.Field($"sampling.{field}", "SAMPLING_TOO_MANY", $"sampling.{field} has {count} entries; the limit is {limit}.");

    private static ClusterError? Within<T>(string field, bool present, T value, Predicate<T> isValid, string range) => !present || isValid(value)
        ? null
        : Invalid.Field($"sampling.{field}", "SAMPLING_OUT_OF_RANGE", $"sampling.{field} is {value}; it must be {range}.");
}
