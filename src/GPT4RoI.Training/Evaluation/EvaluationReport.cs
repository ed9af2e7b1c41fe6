namespace GPT4RoI.Training.Evaluation;

/// <summary>What a run found.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Data">The data's name.</param>
/// <param name="Protocol">How it was asked and scored, in a sentence or two.</param>
/// <param name="Asked">Records asked about.</param>
/// <param name="Scores">Over the records that have an answer; failed and skipped ones are in no score.</param>
/// <param name="Failed">Records without an answer.</param>
/// <param name="Skipped">Records of the data that could not be used.</param>
/// <param name="Published">What others published for this task. Never this run's.</param>
public sealed record EvaluationReport(
    string Task, string Model, string Data, string Protocol, int Asked, IReadOnlyList<EvaluationScore> Scores, IReadOnlyList<EvaluationProblem> Failed,
    IReadOnlyList<EvaluationProblem> Skipped, IReadOnlyList<PublishedResult> Published);

/// <summary>One figure.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">In hundredths, as papers print it: an accuracy in percent, BLEU × 100; null where nothing could be scored.</param>
/// <param name="Of">Records that it is computed over.</param>
public sealed record EvaluationScore(string Name, double? Value, int Of)
{
    /// <summary>The share of right ones, in percent.</summary>
    internal static EvaluationScore Accuracy(string name, int right, int of) => new(name, of == 0 ? null : 100.0 * right / of, of);
}

/// <summary>A record that went wrong.</summary>
/// <param name="Where">File and line, index or id.</param>
/// <param name="Reason">What is wrong with it.</param>
public sealed record EvaluationProblem(string Where, string Reason);
