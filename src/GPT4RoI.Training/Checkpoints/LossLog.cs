using System.Globalization;

namespace GPT4RoI.Training.Checkpoints;

/// <summary><c>losses.csv</c>: one line per step, the same bytes however often a run was interrupted.</summary>
internal sealed class LossLog : IDisposable
{
    private const string Header = "step,stage,loss,learning_rate,gradient_norm,tokens";

    private readonly string _path;
    private readonly StreamWriter _writer;

    /// <param name="run">Folder of the run.</param>
    /// <param name="step">Lines of later steps are from before an interruption and go.</param>
    public LossLog(string run, long step)
    {
        _path = Path.Combine(run, "losses.csv");
        var kept = File.Exists(_path) ? Complete(File.ReadAllText(_path)).Skip(1).Where(line => Step(line) <= step).ToArray() : [];
        var fresh = _path + ".new";
        File.WriteAllLines(fresh, [Header, .. kept]);
        File.Move(fresh, _path, overwrite: true);
        Losses = [.. kept.Select(line => double.Parse(line.Split(',')[2], CultureInfo.InvariantCulture))];
        _writer = new(_path, append: true) { AutoFlush = true };
    }

    /// <summary>Every step's loss.</summary>
    public List<double> Losses { get; }

    /// <summary>Appends a step.</summary>
    public void Add(StepReport report)
    {
        Losses.Add(report.Loss);
        _writer.Write(string.Create(CultureInfo.InvariantCulture,
            $"{report.Step},{report.Stage},{report.Loss:R},{report.LearningRate:R},{report.GradientNorm:R},{report.Tokens}\n"));
    }

    // A line that a killed process did not finish has no end.
    private static string[] Complete(string text) => text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static long Step(string line) => long.Parse(line.Split(',')[0], CultureInfo.InvariantCulture);

    public void Dispose() => _writer.Dispose();
}
