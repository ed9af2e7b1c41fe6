namespace GPT4RoI.Engine.Execution.Sampling;

/// <summary>Nucleus selection (Holtzman et al., "The curious case of neural text degeneration", 2020) without sorting: a weighted quickselect.</summary>
internal static class Nucleus
{
    /// <summary>
    /// The smallest weight of the smallest set of largest weights whose sum reaches <paramref name="mass"/>, and the sum of all weights above it.
    /// Reorders <paramref name="weights"/>, which are not negative and not empty.
    /// </summary>
    public static (float Weight, double MassAbove) Threshold(Span<float> weights, double mass)
    {
        var above = 0.0;
        while (true)
        {
            var pivot = MedianOfThree(weights);
            var (greater, equal, massGreater) = Partition(weights, pivot);
            var massEqual = (double)pivot * equal;
            if (above + massGreater >= mass)
            {
                weights = weights[..greater];
            }
            else if (above + massGreater + massEqual >= mass || greater + equal == weights.Length)
            {
                return (pivot, above + massGreater);
            }
            else
            {
                above += massGreater + massEqual;
                weights = weights[(greater + equal)..];
            }
        }
    }

    /// <summary>Moves weights above the pivot to the front, those equal to it behind them.</summary>
    private static (int Greater, int Equal, double MassGreater) Partition(Span<float> weights, float pivot)
    {
        int greater = 0, index = 0, end = weights.Length;
        var mass = 0.0;
        while (index < end)
        {
            var weight = weights[index];
            if (weight > pivot)
            {
                mass += weight;
                weights[index++] = weights[greater];
                weights[greater++] = weight;
            }
            else if (weight < pivot)
            {
                weights[index] = weights[--end];
                weights[end] = weight;
            }
            else
            {
                index++;
            }
        }
        return (greater, end - greater, mass);
    }

    private static float MedianOfThree(ReadOnlySpan<float> weights)
    {
        var (a, b, c) = (weights[0], weights[weights.Length / 2], weights[^1]);
        return Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
    }
}
