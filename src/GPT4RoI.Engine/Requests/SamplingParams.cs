namespace GPT4RoI.Engine.Requests;

/// <summary>How one sequence's tokens are chosen. Defaults are the authors' (temperature 0.2, top-k 50).</summary>
public sealed record SamplingParams
{
    /// <summary>0 is greedy. <value>0..10, default 0.2</value></summary>
    public float Temperature { get; init; } = 0.2f;

    /// <summary>Keep the k most likely tokens, ties with the k-th included; 0 keeps all. <value>default 50</value></summary>
    public int TopK { get; init; } = 50;

    /// <summary>Keep the smallest set of most likely tokens whose probability reaches this. <value>(0, 1], default 1</value></summary>
    public float TopP { get; init; } = 1f;

    /// <summary>Drop tokens less likely than this share of the most likely one. <value>[0, 1), default 0</value></summary>
    public float MinP { get; init; }

    /// <summary>Divides positive and multiplies negative logits of tokens already in prompt or output (CTRL). <value>(0, 10], default 1</value></summary>
    public float RepetitionPenalty { get; init; } = 1f;

    /// <summary>Subtracted from logits of tokens already in the output. <value>-2..2, default 0</value></summary>
    public float PresencePenalty { get; init; }

    /// <summary>Subtracted per occurrence in the output. <value>-2..2, default 0</value></summary>
    public float FrequencyPenalty { get; init; }

    /// <summary>With the position, the whole state of the generator. The engine draws one if null.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Generated tokens at most. <value>1 or more, default 1024</value></summary>
    public int MaxTokens { get; init; } = 1024;

    /// <summary>Texts that end the answer and are not part of it, besides the template's own.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Tokens that end the answer, besides end-of-sequence.</summary>
    public IReadOnlyList<int> StopTokenIds { get; init; } = [];

    /// <summary>Added to the logits of single tokens. <value>-100..100 each</value></summary>
    public IReadOnlyDictionary<int, float> LogitBias { get; init; } = new Dictionary<int, float>();

    /// <summary>Alternatives reported per token; 0 reports no log-probabilities. <value>0..20</value></summary>
    public int TopLogprobs { get; init; }

    /// <summary>Go on past end-of-sequence and the template's stop text, to MaxTokens.</summary>
    public bool IgnoreEos { get; init; }
}
