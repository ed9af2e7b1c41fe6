namespace GPT4RoI.Client.Transport;

/// <summary>The HTTP/2 settings that long streams need.</summary>
internal static class HttpTransport
{
    /// <summary>Finds dead peers under an idle stream, follows DNS, and opens a second connection when one is full of streams.</summary>
    public static SocketsHttpHandler CreateHandler() => new()
    {
        EnableMultipleHttp2Connections = true,
        KeepAlivePingDelay = TimeSpan.FromSeconds(60),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(30),
        PooledConnectionLifetime = TimeSpan.FromMinutes(15),
        ConnectTimeout = TimeSpan.FromSeconds(10),
    };
}
