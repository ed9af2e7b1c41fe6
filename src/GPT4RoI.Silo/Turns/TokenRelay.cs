using System.Text;
using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Engine.Requests;
using GPT4RoI.Model.Prompting;
using GPT4RoI.Silo.Errors;
using GPT4RoI.Silo.Hosting;
using TokenLogprob = GPT4RoI.Contracts.Conversations.TokenLogprob;

namespace GPT4RoI.Silo.Turns;

/// <summary>Passes an engine's events on as a turn's events, and gathers the answer.</summary>
/// <param name="language">The node.</param>
/// <param name="prompt">The turn's.</param>
/// <param name="stages">How long what came before the engine took.</param>
/// <param name="relayed">What the reader has already: it is not emitted again.</param>
/// <param name="emit">Takes the events.</param>
/// <param name="time">The clock.</param>
internal sealed class TokenRelay(
    LanguageNode language, AssembledPrompt prompt, StageTimes stages, RelayedAnswer relayed, EmitEvent emit, TimeProvider time)
{
    private readonly AnswerFilter _filter = new(language.Template);
    private readonly StringBuilder _answer = new();

    // Of what the reader has, what has not passed by yet.
    private int _tokensLeft = relayed.Tokens - relayed.TokenIds.Count, _bytesLeft = relayed.TextBytes;

    /// <summary>Relays until the generation ends; returns the turn's last event, not yet emitted.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<TurnEvent> RunAsync(GenerationStream stream, CancellationToken cancellationToken)
    {
        if (_filter.Append(stream.ResumedText) is { Length: > 0 } resumed)
        {
            await EmitAsync([], resumed, [], cancellationToken);
        }
        using var trace = new PartTrace("queue");
        await foreach (var generated in stream.WithCancellation(cancellationToken))
        {
            switch (generated)
            {
                case PrefillStarted:
                    trace.Next("prefill");
                    await emit(new TurnProgress(TurnStage.Prefill), cancellationToken);
                    break;
                case TokensGenerated tokens:
                    trace.Next("decode");
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
        var known = Math.Min(_tokensLeft, tokenIds.Count);
        var fresh = RelayedAnswer.Skip(text, _bytesLeft);
        _tokensLeft -= known;
        _bytesLeft -= Encoding.UTF8.GetByteCount(text) - Encoding.UTF8.GetByteCount(fresh);
        return known == tokenIds.Count && fresh.Length == 0
            ? ValueTask.CompletedTask
            : emit(new TurnTokens([.. tokenIds.Skip(known)], fresh, [.. logprobs.Skip(known)]), cancellationToken);
    }

    private TokenLogprob Describe(Engine.Requests.TokenLogprob token) => new(
        token.TokenId, Text(token.TokenId), token.Logprob,
        [.. token.Alternatives.Select(other => new TokenLogprob(other.TokenId, Text(other.TokenId), other.Logprob, []))]);

    private string Text(int tokenId) => language.Tokenizer.Decode([tokenId], skipSpecial: false);
}
