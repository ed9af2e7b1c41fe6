namespace GPT4RoI.Training;

/// <summary>A step that has been trained.</summary>
/// <param name="Step">Its number in the run, from 1.</param>
/// <param name="Steps">The number of the stage's last step.</param>
/// <param name="Stage">The stage's name.</param>
/// <param name="Loss">Mean over the step's labels, before the update.</param>
/// <param name="LearningRate">Of the update.</param>
/// <param name="GradientNorm">Before clipping.</param>
/// <param name="Tokens">Tokens seen in the step, padding left out.</param>
/// <param name="Elapsed">What the step took.</param>
public sealed record StepReport(
    long Step, long Steps, string Stage, double Loss, double LearningRate, double GradientNorm, int Tokens, TimeSpan Elapsed);
