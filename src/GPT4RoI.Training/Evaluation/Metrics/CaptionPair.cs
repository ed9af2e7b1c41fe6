namespace GPT4RoI.Training.Evaluation.Metrics;

/// <summary>A generated caption and what people wrote, as words from <see cref="CaptionTokenizer"/>.</summary>
/// <param name="Candidate">May be empty.</param>
/// <param name="References">At least one.</param>
internal sealed record CaptionPair(IReadOnlyList<string> Candidate, IReadOnlyList<IReadOnlyList<string>> References);
