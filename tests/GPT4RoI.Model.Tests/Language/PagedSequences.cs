using GPT4RoI.Model.Language;

namespace GPT4RoI.Model.Tests.Language;

/// <summary>Sequences with blocks drawn at random from a cache, and batches of their next tokens.</summary>
internal sealed class PagedSequences
{
    private readonly int _blockSize;
    private readonly Queue<int> _free;
    private readonly List<(List<int> Blocks, int Computed)> _sequences = [];

    public PagedSequences(int blocks, int blockSize, int seed)
    {
        _blockSize = blockSize;
        var all = Enumerable.Range(0, blocks).ToArray();
        new Random(seed).Shuffle(all);
        _free = new(all);
    }

    /// <summary>Adds an empty sequence.</summary>
    public int Add()
    {
        _sequences.Add(([], 0));
        return _sequences.Count - 1;
    }

    /// <summary>The batch in which each listed sequence brings that many new tokens.</summary>
    public AttentionBatch Next(params (int Sequence, int Tokens)[] steps)
    {
        List<int> starts = [0], contexts = [], positions = [], slots = [];
        List<int[]> tables = [];
        foreach (var (sequence, tokens) in steps)
        {
            var (blocks, computed) = _sequences[sequence];
            for (var position = computed; position < computed + tokens; position++)
            {
                if (position / _blockSize == blocks.Count)
                {
                    blocks.Add(_free.Dequeue());
                }
                positions.Add(position);
                slots.Add(blocks[position / _blockSize] * _blockSize + position % _blockSize);
            }
            _sequences[sequence] = (blocks, computed + tokens);
            starts.Add(starts[^1] + tokens);
            contexts.Add(computed + tokens);
            tables.Add([.. blocks]);
        }
        return new()
        {
            QueryStarts = [.. starts],
            ContextLengths = [.. contexts],
            Positions = [.. positions],
            SlotMapping = [.. slots],
            BlockTables = [.. tables],
        };
    }
}
