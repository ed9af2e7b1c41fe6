using System.Diagnostics;

namespace GPT4RoI.Gateway.Tests.Fixtures;

/// <summary>A real redis-server on a free loopback port, in a folder of its own; both are gone after disposal.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly string _folder;

    private RedisServer(Process process, string folder, int port) => (_process, _folder, Port) = (process, folder, port);

    public static bool IsInstalled { get; } = Array.Exists(
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), folder => File.Exists(Path.Combine(folder, "redis-server")));

    public int Port { get; }

    public string ConnectionString => $"127.0.0.1:{Port}";

    /// <summary>Starts one. Where redis-server is not installed the calling test is skipped, and says so.</summary>
    public static async Task<RedisServer> StartAsync(int? port = null)
    {
        SkipIfMissing();
        var folder = Directory.CreateTempSubdirectory("gpt4roi-redis-").FullName;
        var chosen = port ?? Ports.Free();
        var start = new ProcessStartInfo("redis-server")
        {
            RedirectStandardOutput = true,
            ArgumentList = { "--port", $"{chosen}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder },
        };
        var process = Process.Start(start)!;
        var ready = new TaskCompletionSource();
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                ready.TrySetException(new InvalidOperationException($"redis-server ended before it was ready on port {chosen}"));
            }
            else if (line.Data.Contains("Ready to accept connections", StringComparison.Ordinal))
            {
                ready.TrySetResult();
            }
        };
        process.BeginOutputReadLine();
        await ready.Task.WaitAsync(StartLimit);
        return new(process, folder, chosen);
    }

    public static void SkipIfMissing() => Assert.SkipUnless(IsInstalled, "redis-server is not installed (Debian: apt-get install redis-server)");

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
