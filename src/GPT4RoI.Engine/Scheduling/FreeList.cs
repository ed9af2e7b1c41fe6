namespace GPT4RoI.Engine.Scheduling;

/// <summary>Free blocks, least recently used first: a doubly linked list threaded through arrays, so any block leaves in constant time.</summary>
internal sealed class FreeList
{
    private readonly int[] _next;
    private readonly int[] _previous;
    private readonly int _end;

    /// <summary>A list that holds every block.</summary>
    public FreeList(int blocks)
    {
        // The slot after the last block is the ring's sentinel: its next is the head, its previous the tail.
        _end = blocks;
        _next = new int[blocks + 1];
        _previous = new int[blocks + 1];
        for (var i = 0; i <= blocks; i++)
        {
            _next[i] = (i + 1) % (blocks + 1);
            _previous[i] = (i + blocks) % (blocks + 1);
        }
        Count = blocks;
    }

    /// <summary>Blocks in the list.</summary>
    public int Count { get; private set; }

    /// <summary>The least recently used block; the list must not be empty.</summary>
    public int First => _next[_end];

    /// <summary>Appends a block as the most recently used.</summary>
    public void Append(int block)
    {
        var tail = _previous[_end];
        (_next[tail], _previous[block]) = (block, tail);
        (_next[block], _previous[_end]) = (_end, block);
        Count++;
    }

    /// <summary>Takes a block that is in the list out of it.</summary>
    public void Remove(int block)
    {
        _next[_previous[block]] = _next[block];
        _previous[_next[block]] = _previous[block];
        Count--;
    }
}
