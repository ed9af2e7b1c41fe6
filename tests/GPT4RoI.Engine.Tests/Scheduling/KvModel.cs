using GPT4RoI.Engine.Scheduling;

namespace GPT4RoI.Engine.Tests.Scheduling;

/// <summary>
/// Stands in for the KV cache: each slot remembers a fingerprint of everything that a real key and value at that position would depend on
/// (salt, all tokens up to it, the spans that cover them). Reading through a block table then shows at once whether any earlier position
/// was overwritten, never computed, or taken over from another prompt.
/// </summary>
internal sealed class KvModel(int blocks, int blockSize)
{
    private readonly ulong[] _slots = new ulong[blocks * blockSize];

    /// <summary>Checks the context that a chunk attends to, writes the chunk, and returns the last position's fingerprint.</summary>
    public ulong Compute(ScheduledSequence chunk)
    {
        var sequence = chunk.Sequence;
        var fingerprint = Start(sequence);
        for (var position = 0; position < chunk.End; position++)
        {
            fingerprint = Next(fingerprint, sequence, position);
            ref var slot = ref _slots[(sequence.Blocks[position / blockSize] * blockSize) + (position % blockSize)];
            if (position < chunk.Start)
                Assert.Equal(fingerprint, slot);
            else
                slot = fingerprint;
        }
        return fingerprint;
    }

    private static ulong Start(Sequence sequence) => Mix(17, sequence.Request.CacheSalt.A);

    private static ulong Next(ulong fingerprint, Sequence sequence, int position)
    {
        fingerprint = Mix(fingerprint, (ulong)sequence.Tokens[position]);
        foreach (var span in sequence.Request.Spans)
        {
            if (position >= span.Offset && position < span.Offset + span.Length)
                fingerprint = Mix(Mix(fingerprint, span.Key.A), (ulong)(position - span.Offset));
        }
        return fingerprint;
    }

    private static ulong Mix(ulong state, ulong value)
    {
        state = (state ^ value) * 0x9E3779B97F4A7C15;
        return state ^ (state >> 29);
    }
}
