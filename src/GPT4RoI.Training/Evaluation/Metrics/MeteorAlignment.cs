using System.Numerics;

namespace GPT4RoI.Training.Evaluation.Metrics;

/// <summary>Pairs words of a caption with equal words of a reference, each at most once.</summary>
/// <param name="Matches">Pairs.</param>
/// <param name="Chunks">Stretches of pairs that are neighbours in the same order on both sides.</param>
internal readonly record struct MeteorAlignment(int Matches, int Chunks)
{
    // Words that occur several times on both sides make states; captions of ordinary length stay far below this, so the result is the best one.
    private const int MostStates = 512;

    private const int NoNeighbour = -2;

    /// <summary>The most pairs possible, and of the ways to pair so many words one with the fewest chunks.</summary>
    /// <param name="candidate">Stems: words match if they are equal, and equal words have equal stems.</param>
    /// <param name="reference">Stems.</param>
    public static MeteorAlignment Find(IReadOnlyList<string> candidate, IReadOnlyList<string> reference)
    {
        var places = reference.Index().ToLookup(word => word.Item, word => word.Index);
        var spare = candidate.CountBy(word => word).ToDictionary(word => word.Key, word => Math.Max(0, word.Value - places[word.Key].Count()));
        var seen = new Dictionary<string, int>();
        var states = new Dictionary<State, int> { [new State(BigInteger.Zero, NoNeighbour)] = 0 }; // fewest chunks by state
        foreach (var word in candidate)
        {
            var before = seen.GetValueOrDefault(word);
            seen[word] = before + 1;
            states = Step(states, [.. places[word]], before, spare[word]);
        }
        var matches = candidate.CountBy(word => word).Sum(word => Math.Min(word.Value, places[word.Key].Count()));
        return new(matches, states.Values.Min());
    }

    /// <summary>Pairs the next word in every way that still allows the most pairs.</summary>
    /// <param name="states">Before the word.</param>
    /// <param name="places">Where the reference has it.</param>
    /// <param name="before">How often the caption had it before.</param>
    /// <param name="spare">How many of the caption's have to stay without a partner.</param>
    private static Dictionary<State, int> Step(Dictionary<State, int> states, int[] places, int before, int spare)
    {
        var next = new Dictionary<State, int>();
        foreach (var (state, chunks) in states)
        {
            var free = places.Where(place => (state.Used >> place).IsEven).ToArray();
            foreach (var place in free)
            {
                Keep(new(state.Used | (BigInteger.One << place), place), chunks + (place == state.Last + 1 ? 0 : 1));
            }
            var leftOut = before - (places.Length - free.Length);
            if (leftOut < spare)
            {
                Keep(state with { Last = NoNeighbour }, chunks);
            }
        }
        return next.Count <= MostStates ? next : next.OrderBy(entry => entry.Value).Take(MostStates).ToDictionary();

        void Keep(State state, int chunks)
        {
            if (!next.TryGetValue(state, out var known) || chunks < known)
            {
                next[state] = chunks;
            }
        }
    }

    /// <summary>Places of the reference that have a partner, and the partner's place of the word before.</summary>
    private readonly record struct State(BigInteger Used, int Last);
}
