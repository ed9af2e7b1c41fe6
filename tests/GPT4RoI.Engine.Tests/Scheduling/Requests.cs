using GPT4RoI.Engine.Requests;
using GPT4RoI.Engine.Scheduling;

namespace GPT4RoI.Engine.Tests.Scheduling;

/// <summary>Short ways to write test requests.</summary>
internal static class Requests
{
    public static GenerationRequest Of(IReadOnlyList<int> prompt, int maxTokens, string tenant = "a", ulong salt = 1, string id = "r") => new()
    {
        RequestId = id,
        TenantId = tenant,
        CacheSalt = new ContentKey(salt, 0, 0, 0),
        PromptTokenIds = prompt,
        Sampling = new SamplingParams { MaxTokens = maxTokens, Temperature = 0 },
    };

    public static Sequence Sequence(long id, int promptLength, int maxTokens, string tenant = "a", ulong salt = 1, int firstToken = 0) =>
        new(id, Of([.. Enumerable.Range(firstToken, promptLength)], maxTokens, tenant, salt), promptLength + maxTokens);
}
