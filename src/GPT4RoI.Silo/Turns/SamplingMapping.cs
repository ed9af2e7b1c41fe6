using GPT4RoI.Contracts.Sampling;
using GPT4RoI.Engine.Requests;

namespace GPT4RoI.Silo.Turns;

/// <summary>From the wire's settings to the engine's; what is not set takes the engine's default.</summary>
internal static class SamplingMapping
{
    /// <summary>Maps the settings. The engine cuts MaxTokens to what the model has room for.</summary>
    public static SamplingParams ToParams(this SamplingSettings settings)
    {
        var defaults = new SamplingParams();
        return new SamplingParams
        {
            Temperature = settings.Temperature ?? defaults.Temperature,
            TopK = settings.TopK ?? defaults.TopK,
            TopP = settings.TopP ?? defaults.TopP,
            MinP = settings.MinP ?? defaults.MinP,
            RepetitionPenalty = settings.RepetitionPenalty ?? defaults.RepetitionPenalty,
            PresencePenalty = settings.PresencePenalty ?? defaults.PresencePenalty,
            FrequencyPenalty = settings.FrequencyPenalty ?? defaults.FrequencyPenalty,
            Seed = settings.Seed,
            MaxTokens = settings.MaxTokens ?? defaults.MaxTokens,
            Stop = settings.Stop,
            StopTokenIds = settings.StopTokenIds,
            LogitBias = settings.LogitBias,
            TopLogprobs = settings.TopLogprobs,
            IgnoreEos = settings.IgnoreEos,
        };
    }
}
