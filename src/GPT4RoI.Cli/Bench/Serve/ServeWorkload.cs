namespace GPT4RoI.Cli.Bench.Serve;

/// <summary>What load to make. The same values make the same requests.</summary>
internal sealed record ServeWorkload
{
    /// <summary>Questions to ask, over all conversations.</summary>
    public required int Requests { get; init; }

    /// <summary>Closed loop: conversations at a time, each with one question at a time.</summary>
    public required int Concurrency { get; init; }

    /// <summary>Open loop: questions per second on average, whatever the server makes of them; null for a closed loop.</summary>
    public double? Rate { get; init; }

    /// <summary>Different images at most.</summary>
    public required int Images { get; init; }

    /// <summary>Regions that each conversation's first question introduces.</summary>
    public required int Regions { get; init; }

    /// <summary>Chance, in percent, that a conversation is about an image that an earlier one used.</summary>
    public required int ImageReuse { get; init; }

    /// <summary>Questions per conversation.</summary>
    public required int Turns { get; init; }

    /// <summary>Tokens of every answer.</summary>
    public required int OutputTokens { get; init; }

    public required int Seed { get; init; }
}
