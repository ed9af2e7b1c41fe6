namespace GPT4RoI.Client;

/// <summary>How the next token is chosen. What is null takes the server's default, the GPT4RoI authors' values.</summary>
public sealed record SamplingOptions
{
    /// <summary>Always the most likely token.</summary>
    public static SamplingOptions Greedy { get; } = new() { Temperature = 0 };

    /// <summary>0 is greedy.</summary>
    /// <value>0..10; the server's default is 0.2.</value>
    public float? Temperature { get; init; }

    /// <summary>Keep the k most likely tokens.</summary>
    /// <value>0 keeps all; the server's default is 50.</value>
    public int? TopK { get; init; }

    /// <summary>Keep the smallest set of tokens that reaches this probability.</summary>
    /// <value>Above 0, at most 1.</value>
    public float? TopP { get; init; }

    /// <summary>Drop tokens less likely than this share of the most likely one.</summary>
    /// <value>0 to below 1.</value>
    public float? MinP { get; init; }

    /// <summary>Above 1 discourages tokens that prompt or answer already hold.</summary>
    /// <value>Above 0, at most 10.</value>
    public float? RepetitionPenalty { get; init; }

    /// <summary>Subtracted from the logit of every token that the answer already holds.</summary>
    /// <value>-2..2.</value>
    public float? PresencePenalty { get; init; }

    /// <summary>Subtracted from a token's logit once per occurrence in the answer.</summary>
    /// <value>-2..2.</value>
    public float? FrequencyPenalty { get; init; }

    /// <summary>The same seed, prompt and options give the same answer, whatever else the server is doing.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Tokens to generate at most.</summary>
    /// <value>1 or more; the server's default is 1024.</value>
    public int? MaxTokens { get; init; }

    /// <summary>The answer ends before the first of these texts.</summary>
    /// <value>At most 16 of at most 64 characters.</value>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>The answer ends at the first of these tokens.</summary>
    public IReadOnlyList<int> StopTokenIds { get; init; } = [];

    /// <summary>Added to the logits of single tokens, by token id.</summary>
    /// <value>-100..100, at most 300 entries.</value>
    public IReadOnlyDictionary<int, float> LogitBias { get; init; } = new Dictionary<int, float>();

    /// <summary>Report this many alternatives with every token.</summary>
    /// <value>0 (none) to 20.</value>
    public int TopLogprobs { get; init; }

    /// <summary>Go on past the model's own end of the answer, to <see cref="MaxTokens"/>. For benchmarks.</summary>
    public bool IgnoreEos { get; init; }
}
