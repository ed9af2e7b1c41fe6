namespace GPT4RoI.Training.Instructions;

/// <summary>Samples by index. Thread-safe: batches are prepared in parallel.</summary>
public interface IInstructionDataset
{
    /// <summary>Names it in configurations, logs and reports.</summary>
    string Name { get; }

    /// <summary>Samples in one epoch.</summary>
    int Count { get; }

    /// <summary>One sample; the same for the same index and the same state of <paramref name="random"/>.</summary>
    /// <returns>Null where the record holds nothing to learn from, such as no usable box: the caller draws another one.</returns>
    InstructionSample? Get(int index, Random random);
}
