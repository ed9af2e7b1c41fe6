using System.Net;
using System.Net.Sockets;

namespace GPT4RoI.Cluster.Tests.Processes;

/// <summary>
/// Loopback ports that nobody uses. They lie below those from which systems take the near ends of connections, so that none of these can take a port
/// before the program that it is for listens on it.
/// </summary>
internal static class FreePorts
{
    private const int First = 10_000, Range = 20_000;

    private static int _taken = Random.Shared.Next(Range);

    /// <summary>Different ports, none of them handed out before.</summary>
    public static int[] Take(int count)
    {
        int[] ports = [.. Enumerable.Range(0, Range).Select(_ => First + (Interlocked.Increment(ref _taken) % Range)).Where(IsFree).Take(count)];
        return ports.Length == count ? ports : throw new InvalidOperationException($"{ports.Length} of {count} ports are free.");
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
