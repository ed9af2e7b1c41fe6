using System.Numerics.Tensors;
using GPT4RoI.Engine.Requests;

namespace GPT4RoI.Engine.Execution.Sampling;

/// <summary>Reports natural-log probabilities of a softmax over all scores.</summary>
internal static class Logprobs
{
    /// <summary>The chosen token's log-probability and those of the <paramref name="alternatives"/> most likely tokens, in descending order.</summary>
    /// <param name="scores">float32 [vocabulary], finite.</param>
    /// <param name="tokenId">The chosen token.</param>
    /// <param name="alternatives">How many to report, at least 1.</param>
    /// <param name="scratch">float32 [vocabulary], overwritten.</param>
    public static TokenLogprob Report(ReadOnlySpan<float> scores, int tokenId, int alternatives, Span<float> scratch)
    {
        var normaliser = LogSumExp(scores, scratch);
        alternatives = Math.Min(alternatives, scores.Length);
        var threshold = TopK.KthLargest(scores, scratch[..alternatives]);
        var likely = new List<(int TokenId, float Logprob)>(alternatives);
        for (var candidate = 0; candidate < scores.Length; candidate++)
        {
            if (scores[candidate] >= threshold)
            {
                likely.Add((candidate, scores[candidate] - normaliser));
            }
        }
        // Ties with the last one may have made it longer; among equals the lower id wins.
        likely.Sort(static (a, b) => a.Logprob != b.Logprob ? b.Logprob.CompareTo(a.Logprob) : a.TokenId.CompareTo(b.TokenId));
        return new(tokenId, scores[tokenId] - normaliser, [.. likely.Take(alternatives)]);
    }

    private static float LogSumExp(ReadOnlySpan<float> scores, Span<float> scratch)
    {
        var largest = TensorPrimitives.Max(scores);
        TensorPrimitives.Subtract(scores, largest, scratch);
        TensorPrimitives.Exp<float>(scratch, scratch);
        return largest + MathF.Log(TensorPrimitives.Sum<float>(scratch));
    }
}
