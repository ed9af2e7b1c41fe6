using GPT4RoI.Training.Instructions;

namespace GPT4RoI.Training.Datasets;

/// <summary>
/// Several data sets as one, in an order that depends on the seed only. A set with ratio r gives r times its samples to an epoch: of one below 1 each
/// place draws among its own few records, so that many epochs see all; of one above 1 records come several times.
/// </summary>
public sealed class MixedDataset : IInstructionDataset
{
    private readonly IReadOnlyList<(IInstructionDataset Dataset, double Ratio)> _parts;
    private readonly (int Part, int Place)[] _order;

    /// <param name="parts">The sets and their ratios, above 0.</param>
    /// <param name="seed">Decides the order.</param>
    /// <exception cref="ArgumentException">A ratio is not above 0, or the epoch would be too long to count.</exception>
    public MixedDataset(IReadOnlyList<(IInstructionDataset Dataset, double Ratio)> parts, int seed)
    {
        _parts = parts;
        if (parts.Any(part => !(part.Ratio > 0)) || parts.Sum(part => part.Dataset.Count * part.Ratio) > Array.MaxLength)
        {
            throw new ArgumentException("Ratios are above 0, and an epoch has at most as many samples as an array can hold.", nameof(parts));
        }

        _order = [.. parts.SelectMany((part, index) => Enumerable.Range(0, Places(part)).Select(place => (index, place)))];
        new Random(seed).Shuffle(_order);
    }

    /// <inheritdoc/>
    public string Name => string.Join('+', _parts.Select(part => part.Dataset.Name));

    /// <inheritdoc/>
    public int Count => _order.Length;

    /// <inheritdoc/>
    public InstructionSample? Get(int index, Random random)
    {
        var (part, place) = _order[index];
        var (dataset, ratio) = _parts[part];
        return dataset.Get(ratio >= 1 ? place % dataset.Count : Draw(dataset.Count, Places(_parts[part]), place, random), random);
    }

    private static int Places((IInstructionDataset Dataset, double Ratio) part) =>
        part.Dataset.Count == 0 ? 0 : Math.Max(1, (int)Math.Round(part.Dataset.Count * part.Ratio));

    // The records are divided evenly among the places.
    private static int Draw(int records, int places, int place, Random random)
    {
        var first = (int)((long)records * place / places);
        return random.Next(first, (int)((long)records * (place + 1) / places));
    }
}
