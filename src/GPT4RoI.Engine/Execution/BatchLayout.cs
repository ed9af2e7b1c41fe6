using GPT4RoI.Engine.Scheduling;
using GPT4RoI.Model.Language;

namespace GPT4RoI.Engine.Execution;

/// <summary>A step as flat arrays: the chunks' tokens one after the other.</summary>
/// <param name="TokenIds">[tokens]</param>
/// <param name="Attention">Where each token belongs.</param>
/// <param name="SampledRows">Row of the last token of each chunk that samples.</param>
internal sealed record BatchLayout(int[] TokenIds, AttentionBatch Attention, long[] SampledRows)
{
    /// <summary>Lays out a step.</summary>
    public static BatchLayout Of(SchedulerOutput output, int blockSize)
    {
        var chunks = output.Sequences;
        var tokenIds = new int[output.TotalTokens];
        var positions = new int[output.TotalTokens];
        var slots = new int[output.TotalTokens];
        var starts = new int[chunks.Count + 1];
        var contexts = new int[chunks.Count];
        var tables = new int[chunks.Count][];
        var sampled = new List<long>(chunks.Count);
        var row = 0;
        for (var i = 0; i < chunks.Count; i++)
        {
            var (sequence, start, count, samples) = chunks[i];
            sequence.Tokens.Slice(start, count).CopyTo(tokenIds.AsSpan(row));
            for (var position = start; position < start + count; position++, row++)
            {
                positions[row] = position;
                slots[row] = (sequence.Blocks[position / blockSize] * blockSize) + (position % blockSize);
            }
            starts[i + 1] = row;
            contexts[i] = start + count;
            tables[i] = sequence.Blocks.AsSpan().ToArray();
            if (samples)
                sampled.Add(row - 1);
        }
        var attention = new AttentionBatch
        {
            QueryStarts = starts,
            ContextLengths = contexts,
            Positions = positions,
            SlotMapping = slots,
            BlockTables = tables,
        };
        return new BatchLayout(tokenIds, attention, [.. sampled]);
    }
}
