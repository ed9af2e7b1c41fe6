namespace GPT4RoI.Cli.Bench.Engine;

/// <summary>What the engine benchmark does.</summary>
/// <param name="Model">Checkpoint folder; its weights, unless <paramref name="Shape"/> is given.</param>
/// <param name="Shape">Sizes of a language model with made-up weights, null to use the checkpoint's.</param>
/// <param name="BatchSizes">Concurrent requests of each round.</param>
/// <param name="PromptTokens">Prompt length of each request.</param>
/// <param name="OutputTokens">Generated tokens of each request.</param>
/// <param name="Seed">Of the prompts.</param>
/// <param name="Repeats">Rounds per batch size; the fastest counts, to leave out what else the machine was doing.</param>
internal sealed record EngineWorkload(
    string Model, SyntheticShape? Shape, IReadOnlyList<int> BatchSizes, int PromptTokens, int OutputTokens, int Seed, int Repeats);

/// <summary>Sizes of a language model.</summary>
internal sealed record SyntheticShape(int HiddenSize, int IntermediateSize, int Layers, int Heads)
{
    /// <summary>From <c>hidden,intermediate,layers,heads</c>; null if the text is not that or the sizes do not divide.</summary>
    public static SyntheticShape? TryParse(string text)
    {
        var parts = text.Split(',');
        int[] sizes = [.. parts.Select(part => int.TryParse(part, out var size) ? size : 0)];
        return sizes is [> 0, > 0, > 0, > 0] && sizes[0] % sizes[3] == 0 && sizes[0] / sizes[3] % 2 == 0 ? new(sizes[0], sizes[1], sizes[2], sizes[3]) : null;
    }
}
