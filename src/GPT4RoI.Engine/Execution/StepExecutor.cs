using GPT4RoI.Engine.Scheduling;
using Microsoft.Extensions.Logging;

namespace GPT4RoI.Engine.Execution;

/// <summary>
/// Runs a step so that one sequence's fault stays its own: when the batch throws, its sequences are computed one by one, and only those
/// that throw alone as well have failed.
/// </summary>
internal sealed partial class StepExecutor(IModelRunner runner, ILogger logger)
{
    private readonly LogitsBuffer _logits = new(runner.Shape.VocabularySize);

    /// <summary>Receives a computed chunk, with its last row's logits if it samples, float32 [vocabulary], else empty.</summary>
    public delegate void ComputedHandler(ScheduledSequence scheduled, ReadOnlySpan<float> logits);

    /// <summary>Computes a step.</summary>
    /// <param name="output">The step; not empty.</param>
    /// <param name="computed">Called for each chunk that was computed.</param>
    /// <param name="failed">Called for each chunk that could not be.</param>
    /// <returns>False if not one chunk could be computed.</returns>
    public bool Execute(SchedulerOutput output, ComputedHandler computed, Action<ScheduledSequence> failed)
    {
        if (TryExecute(output, computed))
            return true;
        if (output.Sequences.Count == 1)
        {
            failed(output.Sequences[0]);
            return false;
        }
        var any = false;
        foreach (var scheduled in output.Sequences)
        {
            if (TryExecute(output.Only(scheduled), computed))
                any = true;
            else
                failed(scheduled);
        }
        return any;
    }

    private bool TryExecute(SchedulerOutput output, ComputedHandler computed)
    {
        try
        {
            runner.Execute(output, _logits);
        }
        catch (Exception exception)
        {
            LogStepFailed(exception, output.Step, output.Sequences.Count, output.TotalTokens);
            return false;
        }
        var row = 0;
        foreach (var scheduled in output.Sequences)
            computed(scheduled, scheduled.Samples ? _logits.Row(row++) : []);
        return true;
    }

    [LoggerMessage(EventId = 2001, Level = LogLevel.Error, Message = "Step {Step} failed with {Sequences} sequences and {Tokens} tokens")]
    private partial void LogStepFailed(Exception exception, long step, int sequences, int tokens);
}
