namespace GPT4RoI.Training.Evaluation;

/// <summary>A figure that somebody else published, to be printed beside this run's and never as it.</summary>
/// <param name="Task">The task it belongs to.</param>
/// <param name="Model">Which model.</param>
/// <param name="Setting">Data and conditions.</param>
/// <param name="Source">Who published it, and where.</param>
/// <param name="Scores">By the names of this program's scores.</param>
public sealed record PublishedResult(string Task, string Model, string Setting, string Source, IReadOnlyDictionary<string, double> Scores);
