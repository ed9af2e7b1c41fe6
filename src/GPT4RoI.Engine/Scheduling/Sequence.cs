using System.Runtime.InteropServices;
using GPT4RoI.Engine.Requests;

namespace GPT4RoI.Engine.Scheduling;

/// <summary>Where a sequence is in its life.</summary>
internal enum SequenceStatus
{
    /// <summary>In the queue; holds no blocks.</summary>
    Waiting,

    /// <summary>Holds blocks; its computed tokens catch up with its tokens.</summary>
    Running,

    /// <summary>Ended; holds no blocks.</summary>
    Finished,
}

/// <summary>A request's tokens on their way through the engine. Changed by the scheduler only.</summary>
/// <param name="id">Arrival number, unique in this engine.</param>
/// <param name="request">What was asked. Resume tokens count as generated.</param>
/// <param name="maxLength">Prompt and output together at most.</param>
internal sealed class Sequence(long id, GenerationRequest request, int maxLength)
{
    private readonly List<int> _tokens = [.. request.PromptTokenIds, .. request.ResumeTokenIds];
    private readonly List<BlockHash> _hashes = [];

    /// <summary>Arrival number.</summary>
    public long Id => id;

    /// <summary>What was asked.</summary>
    public GenerationRequest Request => request;

    /// <summary>Who pays.</summary>
    public string TenantId => request.TenantId;

    /// <summary>Tokens of the prompt.</summary>
    public int PromptLength => request.PromptTokenIds.Count;

    /// <summary>Prompt and output so far.</summary>
    public int Length => _tokens.Count;

    /// <summary>Generated tokens so far, resumed ones included: the position that the next token is sampled at.</summary>
    public int OutputLength => Length - PromptLength;

    /// <summary>Length at which it ends.</summary>
    public int MaxLength => maxLength;

    /// <summary>Tokens whose keys and values are in the cache.</summary>
    public int ComputedTokens { get; set; }

    /// <summary>Prompt tokens found in the prefix cache at the first admission; null before it.</summary>
    public int? CachedTokens { get; set; }

    /// <summary>Times it lost its blocks to an older sequence.</summary>
    public int Preemptions { get; set; }

    /// <summary>Where it is.</summary>
    public SequenceStatus Status { get; set; } = SequenceStatus.Waiting;

    /// <summary>Timestamp of the clock at which it last entered the queue.</summary>
    public long WaitingSince { get; set; }

    /// <summary>Its blocks.</summary>
    public BlockTable Blocks { get; } = new();

    /// <summary>Leading blocks of the table that were offered to the prefix cache or came from it.</summary>
    public int PublishedBlocks { get; set; }

    /// <summary>Prompt and output; valid until a token is appended.</summary>
    public ReadOnlySpan<int> Tokens => CollectionsMarshal.AsSpan(_tokens);

    /// <summary>Adds a generated token.</summary>
    public void Append(int token) => _tokens.Add(token);

    /// <summary>Hash of a full block, computed once.</summary>
    public BlockHash HashOf(int block, int blockSize)
    {
        while (_hashes.Count <= block)
        {
            var start = _hashes.Count * blockSize;
            _hashes.Add(BlockHash.Compute(
                _hashes.Count == 0 ? null : _hashes[^1], request.CacheSalt, Tokens.Slice(start, blockSize), start, request.Spans));
        }
        return _hashes[block];
    }
}
