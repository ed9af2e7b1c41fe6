using System.Numerics.Tensors;
using GPT4RoI.Engine.Requests;

namespace GPT4RoI.Engine.Execution.Sampling;

/// <summary>
/// Chooses the next token of one sequence from its logits. The choice is a function of logits, parameters, history, seed and position only,
/// so it does not depend on what else is in the batch. Buffers are reused: one thread at a time.
/// </summary>
/// <param name="vocabularySize">The length of the logits.</param>
public sealed class Sampler(int vocabularySize)
{
    private readonly Candidates _candidates = new(vocabularySize);
    private readonly float[] _scores = new float[vocabularySize];
    private readonly float[] _scratch = new float[vocabularySize];

    /// <summary>
    /// Applies, in this order: logit bias, penalties, (log-probabilities are taken here), temperature, top-k, top-p, min-p, and draws.
    /// Temperature 0 takes the most likely token, the lowest id among equals.
    /// </summary>
    /// <param name="logits">float32 [vocabulary].</param>
    /// <param name="parameters">Validated parameters.</param>
    /// <param name="seed">The sequence's seed.</param>
    /// <param name="position">The position of the token to be chosen in the sequence: one number is drawn per position.</param>
    /// <param name="history">Prompt and output of the sequence so far.</param>
    public SampledToken Sample(
        ReadOnlySpan<float> logits, SamplingParams parameters, ulong seed, int position, TokenHistory history)
    {
        if (!TensorPrimitives.IsFiniteAll(logits))
        {
            return SampledToken.Fault;
        }
        Adjust(logits, parameters, history);
        var tokenId = parameters.Temperature > 0 ? Draw(parameters, seed, position) : TensorPrimitives.IndexOfMax(_scores);
        var report = parameters.TopLogprobs > 0 ? Logprobs.Report(_scores, tokenId, parameters.TopLogprobs, _scratch) : null;
        return new(tokenId, report);
    }

    /// <summary>The distribution that <see cref="Sample"/> draws from.</summary>
    /// <param name="logits">float32 [vocabulary], finite.</param>
    /// <param name="parameters">With a temperature above 0.</param>
    /// <param name="history">Prompt and output of the sequence so far.</param>
    /// <param name="probabilities">float32 [vocabulary]; receives the result.</param>
    public void Probabilities(ReadOnlySpan<float> logits, SamplingParams parameters, TokenHistory history, Span<float> probabilities)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(parameters.Temperature);
        Adjust(logits, parameters, history);
        Filter(parameters);
        _candidates.CopyProbabilities(probabilities);
    }

    private void Adjust(ReadOnlySpan<float> logits, SamplingParams parameters, TokenHistory history)
    {
        logits.CopyTo(_scores);
        LogitAdjustments.Apply(_scores, parameters, history);
    }

    private int Draw(SamplingParams parameters, ulong seed, int position)
    {
        Filter(parameters);
        return _candidates.Draw(Philox4x32.Uniform(seed, position));
    }

    private void Filter(SamplingParams parameters)
    {
        _candidates.Select(_scores, parameters.TopK);
        _candidates.Exponentiate(parameters.Temperature);
        if (parameters.TopP < 1)
        {
            _candidates.KeepTopP(parameters.TopP);
        }
        if (parameters.MinP > 0)
        {
            _candidates.KeepMinP(parameters.MinP);
        }
    }
}
