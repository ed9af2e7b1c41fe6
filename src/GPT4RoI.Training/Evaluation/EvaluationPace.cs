namespace GPT4RoI.Training.Evaluation;

/// <summary>Asks about many records at once, so that the model computes them in batches.</summary>
/// <param name="Concurrency">Conversations held at the same time, at least 1.</param>
/// <param name="Progress">Told the number of finished records.</param>
public sealed record EvaluationPace(int Concurrency, IProgress<int>? Progress = null)
{
    /// <summary>One outcome per record, in the records' order.</summary>
    /// <param name="records">What to ask about.</param>
    /// <param name="where">Names a record in the list of failures.</param>
    /// <param name="ask">Asks about one record. <see cref="AnswerFailedException"/> and <see cref="IOException"/> fail this record alone.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>The results of the records that have one, with the record, and the failures of the others.</returns>
    internal async Task<(IReadOnlyList<(TRecord Record, TResult Result)> Done, IReadOnlyList<EvaluationProblem> Failed)> AskAllAsync<TRecord, TResult>(
        IReadOnlyList<TRecord> records, Func<TRecord, string> where, Func<TRecord, CancellationToken, Task<TResult>> ask, CancellationToken cancellationToken)
        where TResult : class
    {
        var results = new TResult?[records.Count];
        var reasons = new string?[records.Count];
        var finished = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, records.Count), options, async (index, token) =>
        {
            try
            {
                results[index] = await ask(records[index], token).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is AnswerFailedException or IOException)
            {
                reasons[index] = failure.Message;
            }
            Progress?.Report(Interlocked.Increment(ref finished));
        }).ConfigureAwait(false);
        return (
            [.. results.Index().Where(entry => entry.Item is not null).Select(entry => (records[entry.Index], entry.Item!))],
            [.. reasons.Index().Where(entry => entry.Item is not null).Select(entry => new EvaluationProblem(where(records[entry.Index]), entry.Item!))]);
    }
}
