using System.Net;
using System.Net.Sockets;

namespace GPT4RoI.Standalone;

/// <summary>Ports for what only this process talks to.</summary>
internal static class FreePort
{
    /// <summary>A loopback port that nobody listens on just now.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
