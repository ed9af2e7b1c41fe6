using GPT4RoI.Engine.Requests;

namespace GPT4RoI.Engine.Execution.Sampling;

/// <summary>The outcome of sampling one position of one sequence.</summary>
/// <param name="TokenId">The chosen token; -1 if the logits were unusable.</param>
/// <param name="Logprob">Its log-probability and the alternatives', if the request asked for them.</param>
public readonly record struct SampledToken(int TokenId, TokenLogprob? Logprob)
{
    /// <summary>The logits held a NaN or an infinity: this sequence fails, alone.</summary>
    public static SampledToken Fault => new(-1, null);

    /// <summary>True if there is no token.</summary>
    public bool IsFault => TokenId < 0;
}
