using System.Net;
using System.Net.Sockets;

namespace GPT4RoI.Gateway.Tests.Fixtures;

/// <summary>Free loopback ports.</summary>
internal static class Ports
{
    public static int Free()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
