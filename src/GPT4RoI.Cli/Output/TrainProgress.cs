using GPT4RoI.Training;

namespace GPT4RoI.Cli.Output;

/// <summary>A training's steps as lines: now and then for people, every one as JSON.</summary>
internal sealed class TrainProgress(Terminal terminal, bool json)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private TimeSpan _elapsed;
    private double _loss;
    private long _tokens;
    private int _steps;

    /// <summary>Takes a step in and writes a line if one is due.</summary>
    public void Show(StepReport report)
    {
        if (json)
        {
            Json.WriteLine(terminal.Output, report);
            return;
        }
        (_elapsed, _loss, _tokens, _steps) = (_elapsed + report.Elapsed, _loss + report.Loss, _tokens + report.Tokens, _steps + 1);
        if (_elapsed < Interval && report.Step < report.Steps)
        {
            return;
        }
        var left = (report.Steps - report.Step) * (_elapsed / _steps);
        terminal.Output.WriteLine(FormattableString.Invariant(
            $"{report.Stage} {report.Step}/{report.Steps}  loss {_loss / _steps:0.0000}  {_tokens / _elapsed.TotalSeconds:0} tokens/s  {_elapsed.TotalSeconds / _steps:0.00} s/step  {left:hh\\:mm\\:ss} left"));
        (_elapsed, _loss, _tokens, _steps) = (TimeSpan.Zero, 0, 0, 0);
    }
}
