using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Gateway.Errors;

namespace GPT4RoI.Gateway.OpenAi;

/// <summary>Writes an answer as it comes.</summary>
internal interface IChatWriter
{
    /// <summary>Takes the next event.</summary>
    /// <exception cref="ClusterErrorException">The event was a failure.</exception>
    Task TakeAsync(TurnEvent happened, CancellationToken cancellationToken);
}

/// <summary>The answer as one JSON object, when it has ended.</summary>
internal sealed class WholeAnswer(HttpResponse response, ChatCall call) : IChatWriter
{
    private readonly List<TokenLogprob> _logprobs = [];

    public Task TakeAsync(TurnEvent happened, CancellationToken cancellationToken)
    {
        switch (happened)
        {
            case TurnTokens tokens:
                _logprobs.AddRange(tokens.Logprobs);
                return Task.CompletedTask;
            case TurnFinished finished:
                var choice = new ChatChoice(new(finished.Answer), call.Logprobs(_logprobs), finished.Reason.ToText());
                var (id, created, model, fingerprint) = call.Head;
                return response.WriteAsJsonAsync(
                    new ChatCompletion(id, created, model, fingerprint, [choice], ChatUsage.Of(finished.Usage)), ChatJson.Options, cancellationToken);
            case TurnFailed failed:
                throw new ClusterErrorException(failed.Error);
            default:
                return Task.CompletedTask;
        }
    }
}

/// <summary>The answer as server-sent events. Nothing is sent before the first token: what fails before has a status.</summary>
internal sealed class StreamedAnswer(HttpResponse response, ChatCall call) : IChatWriter
{
    private bool _begun;

    public async Task TakeAsync(TurnEvent happened, CancellationToken cancellationToken)
    {
        switch (happened)
        {
            case TurnTokens tokens:
                await BeginAsync(cancellationToken);
                if (tokens.Text.Length > 0 || tokens.Logprobs.Count > 0)
                {
                    await SendAsync(new(new() { Content = tokens.Text }, call.Logprobs(tokens.Logprobs), FinishReason: null), cancellationToken);
                }
                break;
            case TurnFinished finished:
                await BeginAsync(cancellationToken);
                await SendAsync(new(new(), Logprobs: null, finished.Reason.ToText()), cancellationToken);
                if (call.WithUsage)
                {
                    await ServerSentEvents.WriteAsync(response, Chunk([]) with { Usage = ChatUsage.Of(finished.Usage) }, cancellationToken);
                }
                await ServerSentEvents.EndAsync(response, cancellationToken);
                break;
            case TurnFailed failed:
                throw new ClusterErrorException(failed.Error);
        }
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (_begun)
        {
            return;
        }
        _begun = true;
        ServerSentEvents.Begin(response);
        await SendAsync(new(new() { Role = "assistant", Content = "" }, Logprobs: null, FinishReason: null), cancellationToken);
    }

    private Task SendAsync(ChatChunkChoice choice, CancellationToken cancellationToken) => ServerSentEvents.WriteAsync(response, Chunk([choice]), cancellationToken);

    private ChatChunk Chunk(IReadOnlyList<ChatChunkChoice> choices)
    {
        var (id, created, model, fingerprint) = call.Head;
        return new(id, created, model, fingerprint, choices);
    }
}

/// <summary>Names of ends.</summary>
internal static class FinishReasons
{
    public static string ToText(this TurnFinishReason reason) => reason == TurnFinishReason.Length ? "length" : "stop";
}
