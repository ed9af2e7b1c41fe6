namespace GPT4RoI.Model.Weights;

/// <summary>
/// A folder that is filled under another name beside its own and appears under its own when it is complete; disposed before that, it is
/// gone.
/// </summary>
public sealed class AtomicDirectory : IDisposable
{
    private readonly string _path;
    private bool _committed;

    /// <param name="path">A folder that is absent or empty.</param>
    /// <exception cref="WeightsException">Something is there already.</exception>
    public AtomicDirectory(string path)
    {
        _path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (File.Exists(_path) || (Directory.Exists(_path) && Directory.EnumerateFileSystemEntries(_path).Any()))
        {
            throw new WeightsException($"{_path}: the output must be a folder that is absent or empty");
        }
        WorkPath = $"{_path}.partial-{Guid.NewGuid():n}";
        Directory.CreateDirectory(WorkPath);
    }

    /// <summary>Where the files are put.</summary>
    public string WorkPath { get; }

    /// <summary>Renames the folder to its own name.</summary>
    /// <exception cref="IOException">Something has come there since.</exception>
    public void Commit()
    {
        if (Directory.Exists(_path))
        {
            Directory.Delete(_path);
        }
        Directory.Move(WorkPath, _path);
        _committed = true;
    }

    public void Dispose()
    {
        if (!_committed && Directory.Exists(WorkPath))
        {
            Directory.Delete(WorkPath, recursive: true);
        }
    }
}
