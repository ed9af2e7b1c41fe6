using System.Globalization;
using GPT4RoI.Model.Weights;

namespace GPT4RoI.Training.Checkpoints;

/// <summary>The checkpoints of a run, one folder each. A folder appears when it is complete: a process may be killed at any time.</summary>
internal sealed class CheckpointStore
{
    private const string Prefix = "step-", Unfinished = ".partial-";

    private readonly string _root;
    private readonly int _keep;

    /// <param name="run">Folder of the run.</param>
    /// <param name="keep">How many of the latest stay.</param>
    public CheckpointStore(string run, int keep)
    {
        (_root, _keep) = (Path.Combine(run, "checkpoints"), keep);
        Directory.CreateDirectory(_root);
    }

    /// <summary>The latest one's folder; null if there is none.</summary>
    public string? Latest => All().LastOrDefault();

    /// <summary>Removes what a killed process left unfinished. Only for the run's one writer: it would take the folder from under another's hands.</summary>
    public void RemoveRemains()
    {
        foreach (var remains in Directory.GetDirectories(_root, $"{Prefix}*{Unfinished}*"))
        {
            Directory.Delete(remains, recursive: true);
        }
    }

    /// <summary>Writes one and removes those that are too old.</summary>
    public void Save(long step, Action<string> write)
    {
        var path = Path.Combine(_root, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D8}"));
        if (Directory.Exists(path))
        {
            return; // the same step of the same run
        }
        using (var folder = new AtomicDirectory(path))
        {
            write(folder.WorkPath);
            folder.Commit();
        }
        foreach (var old in All().SkipLast(_keep))
        {
            Directory.Delete(old, recursive: true);
        }
    }

    private IEnumerable<string> All() => Directory.GetDirectories(_root, Prefix + "*")
        .Where(path => !path.Contains(Unfinished, StringComparison.Ordinal)).Order(StringComparer.Ordinal);
}
