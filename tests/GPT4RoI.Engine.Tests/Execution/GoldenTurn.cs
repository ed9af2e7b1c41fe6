using System.Text.Json;
using GPT4RoI.Engine.Requests;

namespace GPT4RoI.Engine.Tests.Execution;

/// <summary>A prompt with its features, and its greedy continuation by the authors' code.</summary>
internal sealed record GoldenTurn(GenerationRequest Request, int[] GeneratedIds)
{
    private const int Hidden = 128;

    public static GoldenTurn Read(string name, string image, JsonElement turn)
    {
        var positions = turn.GetProperty("positions");
        var first = positions.GetProperty("im_patch_first_last")[0].GetInt32();
        var rows = GoldenFiles.ReadCase($"clip_{image}", "level3");
        var spans = new List<EmbeddingSpan> { new(first, 256, SpanKind.Image, Key(rows), rows) };
        foreach (var (position, vector) in Ints(positions.GetProperty("bbox")).Zip(Regions(name, Ints(positions.GetProperty("bbox")))))
            spans.Add(new EmbeddingSpan(position, 1, SpanKind.Region, Key(vector), vector));
        var expected = Ints(turn.GetProperty("generated_ids"));
        var request = new GenerationRequest
        {
            RequestId = name,
            TenantId = "golden",
            CacheSalt = new ContentKey(1, 0, 0, 0),
            PromptTokenIds = Ints(turn.GetProperty("input_ids")),
            Spans = spans,
            Sampling = new SamplingParams { Temperature = 0, MaxTokens = expected.Length },
        };
        return new GoldenTurn(request, expected);
    }

    // The region vectors stand in the recorded embeddings. The clean variant has none of its own; its boxes are those of the other one.
    private static IEnumerable<float[]> Regions(string name, int[] positions)
    {
        var recorded = name.StartsWith("multiturn.clean", StringComparison.Ordinal) && positions.Length == 2
            ? "multiturn.app.t1"
            : name.Replace("clean", "app", StringComparison.Ordinal);
        var embeddings = GoldenFiles.ReadCase("prompts", $"{recorded}.inputs_embeds");
        return positions.Select(position => embeddings.AsSpan(position * Hidden, Hidden).ToArray());
    }

    private static int[] Ints(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetInt32())];

    private static ContentKey Key(float[] content) =>
        ContentKey.FromBytes(System.Security.Cryptography.SHA256.HashData(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(content)));
}
