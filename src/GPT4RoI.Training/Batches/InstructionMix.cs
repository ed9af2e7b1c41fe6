using GPT4RoI.Training.Instructions;

namespace GPT4RoI.Training.Batches;

/// <summary>Datasets one after the other as one, shuffled anew every epoch. Thread-safe.</summary>
internal sealed class InstructionMix
{
    private const int Tries = 10;

    private readonly IReadOnlyList<IInstructionDataset> _datasets;
    private readonly EpochOrder _order;
    private readonly int _seed;
    private readonly long _stage;

    public InstructionMix(IReadOnlyList<IInstructionDataset> datasets, int seed, long stage)
    {
        (_datasets, _seed, _stage) = (datasets, seed, stage);
        Count = datasets.Sum(dataset => dataset.Count);
        if (Count == 0)
        {
            throw new InvalidDataException($"The datasets [{string.Join(", ", datasets.Select(dataset => dataset.Name))}] hold no sample.");
        }
        _order = new(Count, seed, stage);
    }

    /// <summary>Samples of one epoch.</summary>
    public int Count { get; }

    /// <summary>The n-th sample of the stage; where a record is of no use, another one that is drawn instead.</summary>
    /// <exception cref="InvalidDataException">Nothing usable was drawn.</exception>
    public InstructionSample Draw(long n)
    {
        var random = Seeds.Random(_seed, "sample", _stage, n);
        var index = _order.At(n);
        for (var attempt = 0; attempt < Tries; attempt++, index = random.Next(Count))
        {
            if (Get(index, random) is { } sample)
            {
                return sample;
            }
        }
        throw new InvalidDataException($"{Tries} records drawn in a row hold nothing to learn from; the last was number {index} of the joined datasets.");
    }

    private InstructionSample? Get(int index, Random random)
    {
        foreach (var dataset in _datasets)
        {
            if (index < dataset.Count)
            {
                return dataset.Get(index, random);
            }
            index -= dataset.Count;
        }
        throw new ArgumentOutOfRangeException(nameof(index), index, "There is no such record.");
    }
}
