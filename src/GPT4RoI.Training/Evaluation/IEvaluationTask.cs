namespace GPT4RoI.Training.Evaluation;

/// <summary>Something to evaluate a model on.</summary>
public interface IEvaluationTask
{
    /// <summary>Asks everything and scores the answers.</summary>
    /// <param name="answerer">The model.</param>
    /// <param name="pace">How many conversations at once, and who watches.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="EvaluationDataException">The data cannot be read at all; single bad records are skipped and reported.</exception>
    Task<EvaluationReport> RunAsync(IRegionAnswerer answerer, EvaluationPace pace, CancellationToken cancellationToken);
}
