using GPT4RoI.Engine;
using GPT4RoI.Engine.Requests;
using GPT4RoI.Model.Prompting;
using Microsoft.Extensions.Logging.Abstractions;

namespace GPT4RoI.Cli.Verify.Prompts;

/// <summary>The product's engine on the fixture's model: the same object that an llm silo runs.</summary>
internal sealed class GreedyEngine(FixtureSet fixtures) : IAsyncDisposable
{
    private readonly LlmEngine _engine = LlmEngine.Create(
        new LlmEngineOptions { KvCacheBytes = 64 << 20 }, fixtures.Language, fixtures.Projector, fixtures.Config.Vision.HiddenSize, fixtures.Tokenizer,
        ConversationTemplate.For(fixtures.Config.ConversationVersion).Separator ?? "", TimeProvider.System, NullLogger<LlmEngine>.Instance);

    /// <summary>The first tokens of the greedy answer.</summary>
    public async Task<IReadOnlyList<int>> GenerateAsync(
        string name, int[] prompt, IReadOnlyList<EmbeddingSpan> spans, int count, CancellationToken cancellationToken)
    {
        var request = new GenerationRequest
        {
            RequestId = name,
            TenantId = "verify",
            CacheSalt = default,
            PromptTokenIds = prompt,
            Spans = spans,
            Sampling = new SamplingParams { Temperature = 0, MaxTokens = count, IgnoreEos = true },
        };
        if (!_engine.TrySubmit(request, out var stream, out var rejection))
        {
            throw new InvalidOperationException(rejection.Message);
        }
        await using var owned = stream;
        var tokens = new List<int>();
        await foreach (var generated in stream.WithCancellation(cancellationToken))
        {
            if (generated is TokensGenerated { TokenIds: var ids })
            {
                tokens.AddRange(ids);
            }
        }
        return tokens;
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();
}
