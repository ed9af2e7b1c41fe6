using System.Net.Sockets;
using System.Text;

namespace GPT4RoI.Cluster.Tests.Processes;

/// <summary>A real redis-server on a free port, in memory.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private RedisServer(ChildProcess process, int port) => (_process, Port) = (process, port);

    /// <summary>Its port.</summary>
    public int Port { get; }

    /// <summary>Starts it. Where redis-server is not installed the calling test is skipped, and says so.</summary>
    public static async Task<RedisServer> StartAsync(CancellationToken cancellationToken)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, "redis-server")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, "redis-server is not installed (Debian: apt-get install redis-server)");
        var port = FreePorts.Take(1)[0];
        var process = ChildProcess.Start(
            "redis-server", path!, Path.GetTempPath(), "--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no");
        await process.UntilAsync("answers PING", () => AnswersAsync(port, cancellationToken), cancellationToken);
        return new RedisServer(process, port);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<bool> AnswersAsync(int port, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port, cancellationToken);
            await client.GetStream().WriteAsync("PING\r\n"u8.ToArray(), cancellationToken);
            var reply = new byte[7];
            await client.GetStream().ReadExactlyAsync(reply, cancellationToken);
            return Encoding.ASCII.GetString(reply) == "+PONG\r\n";
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return false;
        }
    }
}
