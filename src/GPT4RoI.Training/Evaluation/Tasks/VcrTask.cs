using GPT4RoI.Training.Evaluation.Data;

namespace GPT4RoI.Training.Evaluation.Tasks;

/// <summary>
/// Visual Commonsense Reasoning (Zellers et al. 2019). One conversation per record, in the form that the authors train on: the first question lists
/// all objects as regions and mentions them as <c>class at regionN</c>. Turn 1 asks the question with its four answers (Q→A). Turn 2 tells the right
/// answer, whatever the model chose, and asks for the reason among four (QA→R). Q→AR counts records with both right. How a choice is read from an
/// answer: <see cref="MultipleChoice"/>.
/// </summary>
public sealed class VcrTask(string path, string images, int limit) : IEvaluationTask
{
    /// <summary>Names the task.</summary>
    public const string Name = "vcr";

    internal const string AnswerScore = "Q→A", ReasonScore = "QA→R", BothScore = "Q→AR";

    private const int MaxTokens = 64;
    private const string Protocol = "Accuracy in percent. Asked in words with all objects as regions and four lettered choices; QA→R is the second turn, "
        + "told the right answer; Q→AR has both right.";

    /// <inheritdoc/>
    public async Task<EvaluationReport> RunAsync(IRegionAnswerer answerer, EvaluationPace pace, CancellationToken cancellationToken)
    {
        var data = new VcrReader(path, images).Read(limit);
        var (done, failed) = await pace.AskAllAsync(
            data.Records, record => record.Id,
            (record, token) => answerer.AnswerAsync(EvaluationImage.FromFile(record.Image), Questions(record), token),
            cancellationToken).ConfigureAwait(false);
        var right = done.Select(entry => (
            Answer: MultipleChoice.Choose(entry.Result[0], entry.Record.Answers) == entry.Record.RightAnswer,
            Reason: MultipleChoice.Choose(entry.Result[1], entry.Record.Reasons) == entry.Record.RightReason)).ToArray();
        return new(
            Name, answerer.Name, Path.GetFileName(path), Protocol, data.Records.Count,
            [
                EvaluationScore.Accuracy(AnswerScore, right.Count(one => one.Answer), right.Length),
                EvaluationScore.Accuracy(ReasonScore, right.Count(one => one.Reason), right.Length),
                EvaluationScore.Accuracy(BothScore, right.Count(one => one.Answer && one.Reason), right.Length),
            ],
            failed, data.Skipped, PublishedResults.For(Name));
    }

    private static RegionQuestion[] Questions(VcrRecord record)
    {
        var regions = string.Join(",", record.Objects.Select(box => box.Mention));
        return
        [
            new($"There are {regions} in the picture. {record.Question}{MultipleChoice.Format(record.Answers)}", record.Objects, MaxTokens),
            new($"The right answer is: {record.Answers[record.RightAnswer]}\nWhat is the reason?{MultipleChoice.Format(record.Reasons)}", [], MaxTokens),
        ];
    }
}
