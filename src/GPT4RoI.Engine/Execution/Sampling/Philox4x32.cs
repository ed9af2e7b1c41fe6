using System.Runtime.CompilerServices;

namespace GPT4RoI.Engine.Execution.Sampling;

/// <summary>
/// Philox4x32-10, the counter-based generator of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC 2011). A number is a pure
/// function of key and counter, so a sequence continued anywhere draws the same numbers.
/// </summary>
internal static class Philox4x32
{
    private const uint Multiplier0 = 0xD2511F53, Multiplier1 = 0xCD9E8D57, Weyl0 = 0x9E3779B9, Weyl1 = 0xBB67AE85;
    private const int Rounds = 10;

    /// <summary>The number of (seed, position), uniform on [0, 1) with 53 random bits.</summary>
    public static double Uniform(ulong seed, int position)
    {
        var block = Block(new((uint)position, 0, 0, 0), ((uint)seed, (uint)(seed >> 32)));
        var bits = ((ulong)block[1] << 32) | block[0];
        return (bits >> 11) * (1.0 / (1L << 53));
    }

    /// <summary>One block of 128 bits.</summary>
    public static Words Block(Words counter, (uint Low, uint High) key)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var first = (ulong)Multiplier0 * counter[0];
            var second = (ulong)Multiplier1 * counter[2];
            counter = new(
                (uint)(second >> 32) ^ counter[1] ^ key.Low, (uint)second,
                (uint)(first >> 32) ^ counter[3] ^ key.High, (uint)first);
            key = (unchecked(key.Low + Weyl0), unchecked(key.High + Weyl1));
        }
        return counter;
    }

    /// <summary>Four 32-bit words.</summary>
    [InlineArray(4)]
    internal struct Words
    {
        private uint _first;

        public Words(uint a, uint b, uint c, uint d)
        {
            this[0] = a;
            this[1] = b;
            this[2] = c;
            this[3] = d;
        }
    }
}
