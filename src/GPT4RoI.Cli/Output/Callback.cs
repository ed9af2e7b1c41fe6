namespace GPT4RoI.Cli.Output;

/// <summary>Reports on the worker's own thread, in order; <see cref="Progress{T}"/> would promise neither.</summary>
internal sealed class Callback<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
