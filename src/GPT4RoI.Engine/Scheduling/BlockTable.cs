using System.Runtime.InteropServices;

namespace GPT4RoI.Engine.Scheduling;

/// <summary>The blocks of one sequence in order: token position p lies in block <c>table[p / blockSize]</c>.</summary>
internal sealed class BlockTable
{
    private readonly List<int> _blocks = [];

    /// <summary>Blocks held.</summary>
    public int Count => _blocks.Count;

    /// <summary>The block at an index.</summary>
    public int this[int index] => _blocks[index];

    /// <summary>All blocks; valid until the table changes.</summary>
    public ReadOnlySpan<int> AsSpan() => CollectionsMarshal.AsSpan(_blocks);

    /// <summary>Adds the next block.</summary>
    public void Add(int block) => _blocks.Add(block);

    /// <summary>Empties the table; the caller has released the blocks.</summary>
    public void Clear() => _blocks.Clear();
}
