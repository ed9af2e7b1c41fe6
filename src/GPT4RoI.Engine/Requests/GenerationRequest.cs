namespace GPT4RoI.Engine.Requests;

/// <summary>A prompt to continue.</summary>
public sealed record GenerationRequest
{
    /// <summary>Unique among the requests of this engine; names the request in logs.</summary>
    public required string RequestId { get; init; }

    /// <summary>Who pays: waiting sequences are admitted fairly among tenants.</summary>
    public required string TenantId { get; init; }

    /// <summary>Goes into the first block's hash: prefix-cache entries are never shared across different salts.</summary>
    public required ContentKey CacheSalt { get; init; }

    /// <summary>The prompt, with the image's and regions' placeholder tokens in place.</summary>
    public required IReadOnlyList<int> PromptTokenIds { get; init; }

    /// <summary>What replaces the embeddings of placeholder tokens; sorted by offset, not overlapping.</summary>
    public IReadOnlyList<EmbeddingSpan> Spans { get; init; } = [];

    /// <summary>How tokens are chosen.</summary>
    public SamplingParams Sampling { get; init; } = new();

    /// <summary>Tokens already generated for this prompt elsewhere: generation goes on after them, as if it had never moved. Counted in MaxTokens, not emitted again.</summary>
    public IReadOnlyList<int> ResumeTokenIds { get; init; } = [];
}

/// <summary>What an <see cref="EmbeddingSpan"/>'s rows are.</summary>
public enum SpanKind
{
    /// <summary>Rows of the deepest ViT level, float32 [length, visionChannels]; the engine projects them.</summary>
    Image,

    /// <summary>A region vector, float32 [1, hidden].</summary>
    Region,
}

/// <summary>Rows that replace the token embeddings at <c>Offset .. Offset + Length</c> of the prompt.</summary>
/// <param name="Offset">First prompt position.</param>
/// <param name="Length">Positions.</param>
/// <param name="Kind">What the rows are.</param>
/// <param name="Key">Identifies the content; part of the block hashes.</param>
/// <param name="Values">Row-major float32.</param>
public sealed record EmbeddingSpan(int Offset, int Length, SpanKind Kind, ContentKey Key, ReadOnlyMemory<float> Values);
