using System.Runtime.InteropServices;

namespace GPT4RoI.Engine.Execution.Sampling;

/// <summary>Which tokens a sequence already holds: those of its prompt, and how often each was generated. Not thread-safe.</summary>
public sealed class TokenHistory
{
    private readonly Dictionary<int, int> _outputCounts = [];

    /// <summary>The history of a sequence that has generated nothing yet.</summary>
    public TokenHistory(IEnumerable<int> promptTokenIds)
    {
        foreach (var tokenId in promptTokenIds)
        {
            _outputCounts.TryAdd(tokenId, 0);
        }
    }

    /// <summary>Every distinct token of prompt and output with its number of occurrences in the output (0: prompt only).</summary>
    internal Dictionary<int, int> OutputCounts => _outputCounts;

    /// <summary>Counts a generated token.</summary>
    public void Append(int tokenId) => CollectionsMarshal.GetValueRefOrAddDefault(_outputCounts, tokenId, out _)++;
}
