using System.Text;
using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Engine.Requests;
using GPT4RoI.Model.Prompting;
using GPT4RoI.Silo.Errors;
using GPT4RoI.Silo.Hosting;
using TokenLogprob = GPT4RoI.Contracts.Conversations.TokenLogprob;

namespace GPT4RoI.Silo.Turns;

/// <summary>Passes an engine's events on as a turn's events, and gathers the answer.</summary>
internal sealed class TokenRelay(
    LanguageNode language, AssembledPrompt prompt, StageTimes stages, EmitEvent emit, TimeProvider time)
{
    private readonly AnswerFilter _filter = new(language.Template);
    private readonly StringBuilder _answer = new();

    /// <summary>Relays until the generation ends; returns the turn's last event, not yet emitted.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<TurnEvent> RunAsync(GenerationStream stream, CancellationToken cancellationToken)
    {
        await foreach (var generated in stream.WithCancellation(cancellationToken))
        {
            switch (generated)
            {
                case PrefillStarted:
                    await emit(new TurnProgress(TurnStage.Prefill), cancellationToken);
                    break;
                case TokensGenerated tokens:
                    await EmitAsync(tokens.TokenIds, _filter.Append(tokens.Text), [.. tokens.Logprobs.Select(Describe)], cancellationToken);
                    break;
                case GenerationFinished finished:
                    return await EndAsync(finished, cancellationToken);
            }
        }
        return new TurnFailed(SiloErrors.Internal);
    }

    private async Task<TurnEvent> EndAsync(GenerationFinished finished, CancellationToken cancellationToken)
    {
        if (finished.Reason.ToError() is { } error)
        {
            return new TurnFailed(error);
        }
        if (_filter.Finish() is { Length: > 0 } rest)
        {
            await EmitAsync([], rest, [], cancellationToken);
        }
        var usage = finished.Usage;
        var timings = finished.Timings;
        return new TurnFinished(
            finished.Reason == FinishReason.Length ? TurnFinishReason.Length : TurnFinishReason.Stop,
            _answer.ToString(),
            new TurnUsage(usage.PromptTokens, prompt.ImageLength, prompt.RegionSlots.Count, usage.CachedTokens, usage.OutputTokens),
            new TurnTimings(
                stages.Encoding, stages.Regions, timings.Queue, timings.Prefill, timings.Decode, time.GetElapsedTime(stages.Started)));
    }

    private ValueTask EmitAsync(IReadOnlyList<int> tokenIds, string text, IReadOnlyList<TokenLogprob> logprobs, CancellationToken cancellationToken)
    {
        _answer.Append(text);
        return emit(new TurnTokens(tokenIds, text, logprobs), cancellationToken);
    }

    private TokenLogprob Describe(Engine.Requests.TokenLogprob token) => new(
        token.TokenId, Text(token.TokenId), token.Logprob,
        [.. token.Alternatives.Select(other => new TokenLogprob(other.TokenId, Text(other.TokenId), other.Logprob, []))]);

    private string Text(int tokenId) => language.Tokenizer.Decode([tokenId], skipSpecial: false);
}
