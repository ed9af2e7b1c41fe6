namespace GPT4RoI.Training.Checkpoints;

/// <summary>Keeps a second training out of a run's folder. The system lifts it when the process ends, however it does.</summary>
internal sealed class RunLock : IDisposable
{
    private readonly FileStream _file;

    /// <param name="run">Folder of the run, which exists.</param>
    /// <exception cref="IOException">Another training holds it, or the folder cannot be written to.</exception>
    public RunLock(string run)
    {
        var path = Path.Combine(run, "run.lock");
        try
        {
            _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (IOException exception) when (File.Exists(path))
        {
            throw new IOException($"{run}: another training is at work in this folder", exception);
        }
    }

    public void Dispose() => _file.Dispose();
}
