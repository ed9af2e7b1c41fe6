using GPT4RoI.Training.Evaluation.Data;

namespace GPT4RoI.Training.Evaluation.Tasks;

/// <summary>
/// Visual-7W (Zhu et al. 2016), pointing and telling: one question with four lettered options, which are four regions where the answer is to point at
/// one. How a choice is read from an answer: <see cref="MultipleChoice"/>.
/// </summary>
public sealed class Visual7WTask(string path, string images, int limit) : IEvaluationTask
{
    /// <summary>Names the task.</summary>
    public const string Name = "v7w";

    internal const string AccuracyScore = "accuracy";

    private const int MaxTokens = 32;
    private const string Protocol = "Accuracy in percent on the split \"test\". Asked in words with four lettered choices, regions where the answer is a box.";

    /// <inheritdoc/>
    public async Task<EvaluationReport> RunAsync(IRegionAnswerer answerer, EvaluationPace pace, CancellationToken cancellationToken)
    {
        var data = new Visual7WReader(path, images).Read(limit);
        var (done, failed) = await pace.AskAllAsync(
            data.Records, record => $"question {record.Id}",
            (record, token) => answerer.AnswerAsync(EvaluationImage.FromFile(record.Image), [Question(record)], token),
            cancellationToken).ConfigureAwait(false);
        var right = done.Count(entry => MultipleChoice.Choose(entry.Result[0], entry.Record.Options) == entry.Record.Right);
        return new(
            Name, answerer.Name, Path.GetFileName(path), Protocol, data.Records.Count, [EvaluationScore.Accuracy(AccuracyScore, right, done.Count)],
            failed, data.Skipped, PublishedResults.For(Name));
    }

    private static RegionQuestion Question(Visual7WRecord record) => new(record.Question + MultipleChoice.Format(record.Options), record.Regions, MaxTokens);
}
