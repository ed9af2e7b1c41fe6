namespace GPT4RoI.Training.Datasets;

/// <summary>Draws that depend on the state of the given generator only.</summary>
internal static class Sampling
{
    /// <summary>One of them.</summary>
    public static T Pick<T>(this Random random, IReadOnlyList<T> items) => items[random.Next(items.Count)];

    /// <summary>All of them in random order, or the first so many of that order.</summary>
    public static T[] Shuffled<T>(this Random random, IEnumerable<T> items, int atMost = int.MaxValue)
    {
        T[] all = [.. items];
        random.Shuffle(all);
        return all.Length > atMost ? all[..atMost] : all;
    }
}
