using System.Net;
using System.Net.Sockets;

namespace GPT4RoI.Cluster.Tests.Processes;

/// <summary>Loopback ports that nobody uses.</summary>
internal static class FreePorts
{
    /// <summary>Different ports, all free at once.</summary>
    public static int[] Take(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        listeners.ForEach(listener => listener.Dispose());
        return ports;
    }
}
