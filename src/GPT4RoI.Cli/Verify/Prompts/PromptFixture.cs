using System.Text.Json;
using System.Text.Json.Serialization;

namespace GPT4RoI.Cli.Verify.Prompts;

/// <summary><c>cases/prompts.json</c>.</summary>
internal sealed record PromptFixture(IReadOnlyList<PromptCase> Cases, IReadOnlyList<TrainingSample>? TrainingSamples)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static PromptFixture Read(string path) => JsonSerializer.Deserialize<PromptFixture>(File.ReadAllText(path), Json)!;
}

/// <summary>One conversation. The variant says how the demo kept its history.</summary>
internal sealed record PromptCase(string Name, string Image, int[] ImageSize, string Variant, IReadOnlyList<PromptTurnFixture> Turns);

/// <summary>One round.</summary>
internal sealed record PromptTurnFixture(
    string UserText, double[][]? BoxesPxPassed, string? AssistantTextShown, string? AssistantTextInHistory, string PromptText, int[] InputIds,
    float[][]? BboxesNorm, PromptPositions Positions, int[] GeneratedIds, string GeneratedTextRaw);

/// <summary>Where the special tokens are.</summary>
internal sealed record PromptPositions(int[] ImStart, int[] ImPatchFirstLast, int[] ImEnd, int[]? Bbox);

/// <summary>A conversation in the format of the training data.</summary>
internal sealed record TrainingSample(IReadOnlyList<TrainingMessage> Conversations, string PromptText, int[] InputIds);

/// <summary>One message of it.</summary>
internal sealed record TrainingMessage([property: JsonPropertyName("from")] string Speaker, string Value);
