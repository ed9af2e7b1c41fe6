using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace GPT4RoI.Engine.Execution.Sampling;

/// <summary>
/// The tokens that may still be drawn, in the order of their ids, with weights proportional to their probabilities (the most likely token
/// has weight 1). Each step of the filter shortens the list in place. One instance serves one sampler; nothing is allocated per token.
/// </summary>
internal sealed class Candidates(int vocabularySize)
{
    private readonly int[] _tokenIds = new int[vocabularySize];
    private readonly float[] _weights = new float[vocabularySize];
    private readonly float[] _scratch = new float[vocabularySize];
    private int _count;

    /// <summary>Starts over with the tokens whose score is at least the k-th largest (all if k is 0), ties included.</summary>
    public void Select(ReadOnlySpan<float> scores, int k)
    {
        _count = 0;
        if (k == 0 || k >= scores.Length)
        {
            Append(scores, 0, float.NegativeInfinity);
            return;
        }
        var threshold = TopK.KthLargest(scores, _scratch.AsSpan(0, k));
        var index = 0;
        for (; index <= scores.Length - Vector256<float>.Count; index += Vector256<float>.Count)
        {
            var eight = scores.Slice(index, Vector256<float>.Count);
            if (Vector256.GreaterThanOrEqualAny(Vector256.Create(eight), Vector256.Create(threshold)))
            {
                Append(eight, index, threshold);
            }
        }
        Append(scores[index..], index, threshold);
    }

    /// <summary>Turns scores into weights: exp((score - largest) / temperature), which cannot overflow however small the temperature.</summary>
    public void Exponentiate(float temperature)
    {
        var weights = _weights.AsSpan(0, _count);
        TensorPrimitives.Subtract(weights, TensorPrimitives.Max<float>(weights), weights);
        TensorPrimitives.Divide(weights, temperature, weights);
        TensorPrimitives.Exp(weights, weights);
    }

    /// <summary>Keeps the smallest set of most likely tokens whose probability reaches <paramref name="topP"/>; among equals, lower ids first.</summary>
    public void KeepTopP(float topP)
    {
        var weights = _weights.AsSpan(0, _count);
        var mass = topP * Mass(weights);
        var scratch = _scratch.AsSpan(0, _count);
        weights.CopyTo(scratch);
        var (threshold, kept) = Nucleus.Threshold(scratch, mass);
        var length = 0;
        for (var index = 0; index < _count; index++)
        {
            if (weights[index] > threshold)
            {
                Keep(index, length++);
            }
            else if (weights[index] == threshold && kept < mass)
            {
                kept += threshold;
                Keep(index, length++);
            }
        }
        _count = length;
    }

    /// <summary>Drops tokens less likely than this share of the most likely one.</summary>
    public void KeepMinP(float minP)
    {
        var length = 0;
        for (var index = 0; index < _count; index++)
        {
            if (_weights[index] >= minP)
            {
                Keep(index, length++);
            }
        }
        _count = length;
    }

    /// <summary>The token where the cumulative distribution passes <paramref name="uniform"/>, which is in [0, 1).</summary>
    public int Draw(double uniform)
    {
        var weights = _weights.AsSpan(0, _count);
        var target = uniform * Mass(weights);
        var cumulative = 0.0;
        var last = 0;
        for (var index = 0; index < weights.Length && cumulative <= target; index++)
        {
            cumulative += weights[index];
            last = weights[index] > 0 ? index : last;
        }
        return _tokenIds[last];
    }

    /// <summary>Writes every token's probability, 0 for those that cannot be drawn.</summary>
    public void CopyProbabilities(Span<float> probabilities)
    {
        probabilities.Clear();
        var mass = Mass(_weights.AsSpan(0, _count));
        for (var index = 0; index < _count; index++)
        {
            probabilities[_tokenIds[index]] = (float)(_weights[index] / mass);
        }
    }

    private void Append(ReadOnlySpan<float> scores, int firstTokenId, float threshold)
    {
        for (var index = 0; index < scores.Length; index++)
        {
            if (scores[index] >= threshold)
            {
                _tokenIds[_count] = firstTokenId + index;
                _weights[_count++] = scores[index];
            }
        }
    }

    private void Keep(int from, int to) => (_tokenIds[to], _weights[to]) = (_tokenIds[from], _weights[from]);

    private static double Mass(ReadOnlySpan<float> weights)
    {
        var mass = 0.0;
        foreach (var weight in weights)
        {
            mass += weight;
        }
        return mass;
    }
}
