using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace GPT4RoI.Client.Chat;

/// <summary>
/// The client as Microsoft.Extensions.AI's chat client. The server keeps conversations: a question with an image and without
/// <see cref="ChatOptions.ConversationId"/> starts one, whose id is in the answer; with that id the next messages go on.
/// </summary>
internal sealed class Gpt4RoiChatClient(Gpt4RoiClient client, Uri? address) : IChatClient
{
    private const string Provider = "gpt4roi";

    private readonly ChatClientMetadata _metadata = new(Provider, address);

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken).ConfigureAwait(false);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var question = ChatQuestion.Read(messages, isNew: options?.ConversationId is null);
        var sampling = ChatSampling.Read(options, this);
        var conversation = options?.ConversationId is { } id ? client.OpenConversation(id) : await StartAsync(question.Image!, cancellationToken).ConfigureAwait(false);
        var answerId = Guid.NewGuid().ToString("n");
        await using (conversation.ConfigureAwait(false)) // deletes one that was started here and has no answer
        {
            await foreach (var update in conversation.AskAsync(question.Text, question.Regions, sampling, cancellationToken).ConfigureAwait(false))
            {
                conversation.DeleteOnDispose &= update is not FinishedUpdate;
                yield return Update(update, conversation.Id, answerId);
            }
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType == typeof(Gpt4RoiClient) ? client
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    public void Dispose()
    {
        // the client under it is its owner's
    }

    private async Task<Conversation> StartAsync(AIContent image, CancellationToken cancellationToken)
    {
        if (image is HostedFileContent { FileId: var imageId })
        {
            return await client.StartConversationAsync(imageId, cancellationToken).ConfigureAwait(false);
        }
        using var bytes = new MemoryStream(((DataContent)image).Data.ToArray(), writable: false);
        return await client.StartConversationAsync(await client.UploadImageAsync(bytes, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    private static ChatResponseUpdate Update(AskUpdate update, string conversationId, string answerId) => new(ChatRole.Assistant, Contents(update))
    {
        ConversationId = conversationId,
        ResponseId = answerId,
        MessageId = answerId,
        RawRepresentation = update,
        FinishReason = (update as FinishedUpdate)?.Answer.FinishReason switch
        {
            FinishReason.Stop => ChatFinishReason.Stop,
            FinishReason.Length => ChatFinishReason.Length,
            _ => null,
        },
    };

    private static IList<AIContent> Contents(AskUpdate update) => update switch
    {
        TokensUpdate { Text.Length: > 0 } tokens => [new TextContent(tokens.Text)],
        FinishedUpdate { Answer.Usage: var usage } =>
        [
            new UsageContent(new()
            {
                InputTokenCount = usage.InputTokens,
                CachedInputTokenCount = usage.CachedTokens,
                OutputTokenCount = usage.OutputTokens,
                TotalTokenCount = usage.InputTokens + usage.OutputTokens,
                AdditionalCounts = new() { ["image_tokens"] = usage.ImageTokens, ["region_tokens"] = usage.RegionTokens },
            }),
        ],
        _ => [],
    };
}
