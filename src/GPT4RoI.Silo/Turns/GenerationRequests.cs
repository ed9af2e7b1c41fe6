using GPT4RoI.Engine.Requests;
using GPT4RoI.Model.Prompting;
using GPT4RoI.Silo.Features;

namespace GPT4RoI.Silo.Turns;

/// <summary>Puts a prompt and its embeddings together for the engine.</summary>
internal static class GenerationRequests
{
    /// <summary>The request of a turn.</summary>
    /// <param name="plan">The turn.</param>
    /// <param name="prompt">Its prompt.</param>
    /// <param name="tenantSalt">32 bytes that keep this tenant's prefix cache apart.</param>
    /// <param name="featureKey">Key of the image's features.</param>
    /// <param name="imageRows">Deepest level, float32 [patches, channels].</param>
    /// <param name="regions">Vectors by region id, for every region that the prompt mentions.</param>
    public static GenerationRequest Create(
        TurnPlan plan, AssembledPrompt prompt, ReadOnlySpan<byte> tenantSalt, string featureKey, float[] imageRows,
        IReadOnlyDictionary<int, RegionVector> regions)
    {
        var image = new EmbeddingSpan(prompt.ImageOffset, prompt.ImageLength, SpanKind.Image, ContentKey.FromHex(featureKey), imageRows);
        var boxes = prompt.RegionSlots.Select(slot =>
        {
            var vector = regions[slot.RegionId];
            return new EmbeddingSpan(slot.TokenIndex, 1, SpanKind.Region, ContentKey.FromHex(vector.Key), vector.Values);
        });
        return new GenerationRequest
        {
            RequestId = plan.RequestId,
            TenantId = plan.TenantId,
            CacheSalt = ContentKey.FromBytes(tenantSalt),
            PromptTokenIds = prompt.TokenIds,
            Spans = [.. boxes.Prepend(image).OrderBy(span => span.Offset)],
            Sampling = plan.Sampling.ToParams(),
            ResumeTokenIds = plan.Relayed.TokenIds,
        };
    }
}
