using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace GPT4RoI.Cluster.Tests.Processes;

/// <summary>
/// A process that these tests started. It runs under <c>timeout</c>, so that it ends even if the test host is killed; disposing of it ends it and
/// whatever it started.
/// </summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    private const int KeptLines = 400;
    private const int SigTerm = 15;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Process _process;
    private int _disposed;

    private ChildProcess(string name, Process process) => (Name, _process) = (name, process);

    /// <summary>Names the process in messages.</summary>
    public string Name { get; }

    /// <summary>True once it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>The last lines of its output and errors.</summary>
    public string Output => string.Join('\n', _lines);

    /// <summary>Starts a .NET program.</summary>
    public static ChildProcess StartDotnet(string name, string assembly, string workingDirectory, params IEnumerable<string> arguments) =>
        Start(name, "dotnet", workingDirectory, [assembly, .. arguments]);

    /// <summary>Starts a program.</summary>
    public static ChildProcess Start(string name, string program, string workingDirectory, params IEnumerable<string> arguments)
    {
        string[] guarded = ["--foreground", "--kill-after=5", $"{Lifetime.TotalSeconds:F0}", program, .. arguments];
        var start = new ProcessStartInfo("timeout", guarded)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var child = new ChildProcess(name, Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start"));
        child._process.OutputDataReceived += (_, line) => child.Keep(line.Data);
        child._process.ErrorDataReceived += (_, line) => child.Keep(line.Data);
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Waits for a condition while the process lives.</summary>
    /// <exception cref="InvalidOperationException">The process ended first; the message holds its output.</exception>
    public Task UntilAsync(string what, Func<Task<bool>> condition, CancellationToken cancellationToken) => Poll.UntilAsync(
        $"{Name}: {what}\n{Output}",
        async () => HasExited ? throw new InvalidOperationException($"{Name} ended with {_process.ExitCode}:\n{Output}") : await condition(),
        cancellationToken);

    /// <summary>Asks it to stop, as an operator does, and returns its exit code.</summary>
    public async Task<int> TerminateAsync(CancellationToken cancellationToken)
    {
        _ = Signal(_process.Id, SigTerm);
        return await ExitAsync(cancellationToken);
    }

    /// <summary>Waits for its end and returns its exit code.</summary>
    public async Task<int> ExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken).WaitAsync(Poll.Patience, cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Ends it without a chance to say goodbye.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }
        if (!_process.HasExited)
        {
            await KillAsync();
        }
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _lines.Enqueue(line);
            while (_lines.Count > KeptLines)
            {
                _lines.TryDequeue(out _);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int processId, int signal);
}
