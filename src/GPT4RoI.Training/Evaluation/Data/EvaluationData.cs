namespace GPT4RoI.Training.Evaluation.Data;

/// <summary>What a file holds.</summary>
/// <param name="Records">The usable records, in the file's order, no more than were asked for.</param>
/// <param name="Skipped">Those before the last of them that cannot be used.</param>
internal sealed record EvaluationData<T>(IReadOnlyList<T> Records, IReadOnlyList<EvaluationProblem> Skipped)
{
    /// <summary>Reads entries until there are enough records; a <see cref="BadRecordException"/> skips one entry.</summary>
    /// <param name="entries">Raw entries, each with where it stands.</param>
    /// <param name="read">The record of one entry.</param>
    /// <param name="limit">Records at most.</param>
    public static EvaluationData<T> Collect<TEntry>(IEnumerable<(string Where, TEntry Entry)> entries, Func<TEntry, T> read, int limit)
    {
        var records = new List<T>();
        var skipped = new List<EvaluationProblem>();
        foreach (var (where, entry) in entries)
        {
            if (records.Count == limit)
            {
                break;
            }
            try
            {
                records.Add(read(entry));
            }
            catch (BadRecordException bad)
            {
                skipped.Add(new(where, bad.Message));
            }
        }
        return new(records, skipped);
    }
}
