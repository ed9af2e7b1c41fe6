using GPT4RoI.Engine.Requests;

namespace GPT4RoI.Engine.Execution.Sampling;

/// <summary>The changes to logits that depend on the request and on what was generated so far: bias first, then penalties.</summary>
internal static class LogitAdjustments
{
    /// <summary>Changes <paramref name="scores"/> in place. Tokens outside the vocabulary are ignored; finite scores stay finite.</summary>
    public static void Apply(Span<float> scores, SamplingParams parameters, TokenHistory history)
    {
        foreach (var (tokenId, bias) in parameters.LogitBias)
        {
            if ((uint)tokenId < (uint)scores.Length)
            {
                scores[tokenId] = Finite(scores[tokenId] + bias);
            }
        }
        if (parameters is { RepetitionPenalty: 1f, PresencePenalty: 0f, FrequencyPenalty: 0f })
        {
            return;
        }
        foreach (var (tokenId, count) in history.OutputCounts)
        {
            if ((uint)tokenId < (uint)scores.Length)
            {
                scores[tokenId] = Finite(Penalise(scores[tokenId], count, parameters));
            }
        }
    }

    private static float Penalise(float score, int outputCount, SamplingParams parameters)
    {
        // Keskar et al., CTRL (2019): a division would raise a negative score.
        score = score > 0 ? score / parameters.RepetitionPenalty : score * parameters.RepetitionPenalty;
        return outputCount == 0 ? score : score - parameters.PresencePenalty - outputCount * parameters.FrequencyPenalty;
    }

    private static float Finite(float score) => Math.Clamp(score, float.MinValue, float.MaxValue);
}
