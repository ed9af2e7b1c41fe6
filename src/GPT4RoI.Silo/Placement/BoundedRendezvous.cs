using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace GPT4RoI.Silo.Placement;

/// <summary>
/// Rendezvous hashing with bounded loads (arXiv 1608.01350): a tag goes to the silo that scores highest for it, unless that silo carries
/// well more than its share; then to the next. When a silo leaves, only its own tags move.
/// </summary>
internal static class BoundedRendezvous
{
    /// <summary>A silo takes no more affinity work once it has this times the mean load...</summary>
    internal const double Imbalance = 1.25;

    /// <summary>... and this many activations on top: with few activations affinity matters more than balance.</summary>
    internal const int Slack = 16;

    /// <summary>The silo for a tag.</summary>
    /// <param name="tag">What should stay together.</param>
    /// <param name="silos">At least one.</param>
    /// <param name="loadOf">Activations of a silo.</param>
    public static SiloAddress Choose(string tag, IReadOnlyCollection<SiloAddress> silos, Func<SiloAddress, int> loadOf)
    {
        var bound = (silos.Average(loadOf) * Imbalance) + Slack;
        return silos.Where(silo => loadOf(silo) <= bound).MaxBy(silo => Score(tag, silo))
            ?? throw new ArgumentException("there is no silo to choose from", nameof(silos));
    }

    /// <summary>Depends on the silo's endpoint, not its generation: a restarted silo gets its images back.</summary>
    private static ulong Score(string tag, SiloAddress silo)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{silo.Endpoint}/{tag}"), hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }
}
