using System.Net;
using Garnet;
using Garnet.server;
using Tsavorite.core;

namespace GPT4RoI.Standalone;

/// <summary>A Redis-compatible store inside this process, on a free loopback port.</summary>
internal sealed class EmbeddedStore : IDisposable
{
    private const string ScriptTimeoutMessage = "";
    private static readonly TimeSpan ScriptTimeout = TimeSpan.FromSeconds(5);

    private readonly GarnetServer _server;

    private EmbeddedStore(GarnetServerOptions options)
    {
        Port = FreePort.Next();
        options.EndPoints = [new IPEndPoint(IPAddress.Loopback, Port)];
        options.QuietMode = true;
        options.PageSize = "4m";
        options.IndexMemorySize = "8m";
        options.DeviceType = DeviceType.RandomAccess;
        _server = new GarnetServer(options);
        _server.Start();
    }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>StackExchange.Redis connection string.</summary>
    public string ConnectionString => $"127.0.0.1:{Port}";

    /// <summary>A store that survives restarts: every write goes to an append-only file. Orleans' grain storage needs its scripts.</summary>
    /// <param name="directory">Folder of its files.</param>
    public static EmbeddedStore Durable(string directory) => new(new GarnetServerOptions
    {
        LogMemorySize = "64m",
        EnableLua = true,
        LuaOptions = new LuaOptions(LuaMemoryManagementMode.Native, ScriptTimeoutMessage, ScriptTimeout, LuaLoggingMode.Silent, []),
        EnableAOF = true,
        AofMemorySize = "32m",
        AofPageSize = "8m",
        // the log is cut by a checkpoint when it gets long
        AofSizeLimit = "64m",
        CheckpointDir = directory,
        Recover = true,
        FailOnRecoveryError = true,
    });

    /// <summary>A cache in memory that drops its oldest entries when it is full.</summary>
    /// <param name="memory">Bound of its log, for example 256m.</param>
    public static EmbeddedStore Cache(string memory) => new(new GarnetServerOptions { LogMemorySize = memory });

    /// <inheritdoc />
    public void Dispose() => _server.Dispose();
}
