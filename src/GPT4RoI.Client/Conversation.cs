using GPT4RoI.Client.Mapping;

namespace GPT4RoI.Client;

/// <summary>
/// Questions and answers about one image, remembered by the server. One turn at a time; a turn that fails or is cancelled leaves the
/// conversation as it was.
/// </summary>
public sealed class Conversation : IAsyncDisposable
{
    private static readonly TimeSpan DisposeLimit = TimeSpan.FromSeconds(5);

    private readonly Gpt4RoiClient _client;

    internal Conversation(Gpt4RoiClient client, string id, bool deleteOnDispose) => (_client, Id, DeleteOnDispose) = (client, id, deleteOnDispose);

    /// <summary>Made by the server; <see cref="Gpt4RoiClient.OpenConversation"/> takes it.</summary>
    public string Id { get; }

    /// <summary>Whether disposing deletes the conversation on the server.</summary>
    /// <value>True where this client started it, false where it only opened it.</value>
    public bool DeleteOnDispose { get; set; }

    /// <summary>Asks and streams the answer. Leaving the loop early cancels the turn.</summary>
    /// <param name="question">The question; <c>&lt;regionN&gt;</c> refers to a region.</param>
    /// <param name="newRegions">Regions first mentioned in this question; each must be mentioned.</param>
    /// <param name="sampling">How to choose tokens; null for the server's defaults.</param>
    /// <param name="cancellationToken">Stops the answer, here and on the server.</param>
    /// <exception cref="Gpt4RoiException">The server refused or failed; parts of the answer may have come.</exception>
    public IAsyncEnumerable<AskUpdate> AskAsync(
        string question, IReadOnlyList<Region>? newRegions = null, SamplingOptions? sampling = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(question);
        var request = new V1.AskRequest
        {
            ConversationId = Id,
            Question = question,
            NewRegions = { (newRegions ?? []).Select(ToWire.Region) },
            Sampling = ToWire.Sampling(sampling),
        };
        return _client.AskAsync(request, cancellationToken);
    }

    /// <summary>Asks and waits for the whole answer.</summary>
    /// <inheritdoc cref="AskAsync"/>
    public async Task<Answer> GetAnswerAsync(
        string question, IReadOnlyList<Region>? newRegions = null, SamplingOptions? sampling = null, CancellationToken cancellationToken = default)
    {
        Answer? answer = null;
        await foreach (var update in AskAsync(question, newRegions, sampling, cancellationToken).ConfigureAwait(false))
        {
            answer = (update as FinishedUpdate)?.Answer ?? answer;
        }
        return answer!; // a stream without an end has thrown
    }

    /// <summary>The conversation as the server has it, with its finished turns.</summary>
    public Task<ConversationInfo> GetAsync(CancellationToken cancellationToken = default) => _client.GetConversationAsync(Id, cancellationToken);

    /// <summary>
    /// Deletes the conversation on the server if <see cref="DeleteOnDispose"/> says so. Never throws: the caller has what it came for.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (!DeleteOnDispose)
        {
            return;
        }
        DeleteOnDispose = false;
        using var limit = new CancellationTokenSource(DisposeLimit, _client.Time);
        try
        {
            await _client.DeleteConversationAsync(Id, limit.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is Gpt4RoiException or OperationCanceledException or ObjectDisposedException)
        {
            // What stays behind is only a record on the server.
        }
    }
}
