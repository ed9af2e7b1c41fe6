namespace GPT4RoI.Contracts.Sampling;

/// <summary>How to choose the next token. Null means the server's default (the authors': temperature 0.2, top-k 50, 1024 tokens).</summary>
[GenerateSerializer, Immutable]
[Alias("gpt4roi.SamplingSettings")]
public sealed record SamplingSettings
{
    /// <summary>0 is greedy.</summary>
    [Id(0)] public float? Temperature { get; init; }

    /// <summary>0 means all.</summary>
    [Id(1)] public int? TopK { get; init; }

    [Id(2)] public float? TopP { get; init; }

    [Id(3)] public float? MinP { get; init; }

    [Id(4)] public float? RepetitionPenalty { get; init; }

    [Id(5)] public float? PresencePenalty { get; init; }

    [Id(6)] public float? FrequencyPenalty { get; init; }

    [Id(7)] public ulong? Seed { get; init; }

    [Id(8)] public int? MaxTokens { get; init; }

    [Id(9)] public IReadOnlyList<string> Stop { get; init; } = [];

    [Id(10)] public IReadOnlyDictionary<int, float> LogitBias { get; init; } = new Dictionary<int, float>();

    /// <summary>How many alternatives to report per token; 0 reports none.</summary>
    [Id(11)] public int TopLogprobs { get; init; }

    /// <summary>Keep generating past the end-of-sequence token and the template's own stop string, up to MaxTokens: for benchmarks.</summary>
    [Id(12)] public bool IgnoreEos { get; init; }

    [Id(13)] public IReadOnlyList<int> StopTokenIds { get; init; } = [];
}
