namespace GPT4RoI.Training.Evaluation;

/// <summary>A model under evaluation, wherever it runs. Greedy decoding. Thread-safe: questions asked at the same time are computed together.</summary>
public interface IRegionAnswerer
{
    /// <summary>Names the model in reports.</summary>
    string Name { get; }

    /// <summary>
    /// Holds one conversation about a picture. Each question is asked with those before it, the regions they brought and the answers that this
    /// model gave to them as its history.
    /// </summary>
    /// <param name="image">The picture.</param>
    /// <param name="questions">At least one, in order.</param>
    /// <param name="cancellationToken">Ends the conversation.</param>
    /// <returns>One answer per question.</returns>
    /// <exception cref="AnswerFailedException">There is no answer to this question; others may have one.</exception>
    /// <exception cref="IOException">The picture cannot be read.</exception>
    Task<IReadOnlyList<string>> AnswerAsync(
        EvaluationImage image, IReadOnlyList<RegionQuestion> questions, CancellationToken cancellationToken);
}
