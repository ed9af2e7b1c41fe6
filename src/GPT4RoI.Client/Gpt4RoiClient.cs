using System.Runtime.CompilerServices;
using GPT4RoI.Client.Chat;
using GPT4RoI.Client.Mapping;
using GPT4RoI.Client.Transport;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.AI;

namespace GPT4RoI.Client;

/// <summary>
/// Talks to a GPT4RoI.Cluster. One instance serves any number of threads; keep it, it owns the connection.
/// Every call throws <see cref="Gpt4RoiException"/> where it fails and <see cref="OperationCanceledException"/> where it is cancelled.
/// </summary>
public sealed class Gpt4RoiClient : IDisposable, IAsyncDisposable
{
    private readonly GatewayStubs _stubs;
    private readonly CallRunner _calls;
    private readonly AnswerStreams _answers;
    private readonly DeadlineOptions _deadlines;
    private readonly Uri? _address;
    private readonly GrpcChannel? _ownChannel;

    /// <summary>A client of the gateway at <paramref name="address"/>.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The address or the key cannot be used.</exception>
    public Gpt4RoiClient(string address, string? apiKey = null)
        : this(new Gpt4RoiClientOptions { Address = Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri : null, ApiKey = apiKey })
    {
    }

    /// <summary>A client with its own connection.</summary>
    /// <param name="options">Read once, here.</param>
    /// <param name="timeProvider">The clock of deadlines and retries; the system's if null.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Options are out of range; the message lists all.</exception>
    public Gpt4RoiClient(Gpt4RoiClientOptions options, TimeProvider? timeProvider = null)
        : this(Connect(options), options, timeProvider ?? TimeProvider.System)
    {
    }

    private Gpt4RoiClient(GrpcChannel channel, Gpt4RoiClientOptions options, TimeProvider timeProvider)
        : this(new GatewayStubs(channel.CreateCallInvoker()), options, timeProvider) => _ownChannel = channel;

    internal Gpt4RoiClient(GatewayStubs stubs, Gpt4RoiClientOptions options, TimeProvider timeProvider)
    {
        (_stubs, _deadlines, _address, Time) = (stubs, options.Deadlines, options.Address, timeProvider);
        _calls = new CallRunner(options, timeProvider);
        _answers = new AnswerStreams(stubs, _calls, options.Deadlines.Answer, options.Retry.MaxAttempts, timeProvider);
    }

    internal TimeProvider Time { get; }

    /// <summary>Uploads an image file.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public async Task<ImageInfo> UploadImageAsync(string path, CancellationToken cancellationToken = default)
    {
        const FileOptions Options = FileOptions.Asynchronous | FileOptions.SequentialScan;
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, Options);
        await using (file.ConfigureAwait(false))
        {
            return await UploadImageAsync(file, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Uploads an image from <paramref name="content"/>, from its position to its end; the caller keeps the stream. The same bytes give the
    /// same id, so a failed upload is tried again, from the start, if the stream can seek.
    /// </summary>
    public async Task<ImageInfo> UploadImageAsync(Stream content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        var (start, rule) = content.CanSeek ? (content.Position, RetryRule.WhenTransient) : (0, RetryRule.Never);
        return FromWire.Image(await _calls.RunAsync(
            options =>
            {
                if (content.CanSeek)
                {
                    content.Position = start;
                }
                return ImageUpload.SendAsync(_stubs.Images, content, options);
            },
            _deadlines.Upload,
            rule,
            cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Describes an uploaded image.</summary>
    public async Task<ImageInfo> GetImageAsync(string imageId, CancellationToken cancellationToken = default) =>
        FromWire.Image((await CallAsync(
            options => _stubs.Images.GetImageAsync(new() { ImageId = imageId }, options).ResponseAsync,
            cancellationToken).ConfigureAwait(false)).Image);

    /// <summary>Deletes an image; conversations about it fail from then on.</summary>
    public Task DeleteImageAsync(string imageId, CancellationToken cancellationToken = default) =>
        _calls.DeleteAsync(
            options => _stubs.Images.DeleteImageAsync(new() { ImageId = imageId }, options).ResponseAsync, _deadlines.Call, cancellationToken);

    /// <summary>Starts a conversation about an image. Disposing it deletes it on the server, unless told otherwise.</summary>
    public Task<Conversation> StartConversationAsync(ImageInfo image, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        return StartConversationAsync(image.Id, cancellationToken);
    }

    /// <inheritdoc cref="StartConversationAsync(ImageInfo, CancellationToken)"/>
    public async Task<Conversation> StartConversationAsync(string imageId, CancellationToken cancellationToken = default)
    {
        // Not tried again once the server may have made one: nobody would know its id, and it would count against the tenant's limit.
        var response = await _calls.RunAsync(
            options => _stubs.Conversations.CreateConversationAsync(new() { ImageId = imageId }, options).ResponseAsync,
            _deadlines.Call,
            RetryRule.WhenNotDone,
            cancellationToken).ConfigureAwait(false);
        return new Conversation(this, response.Conversation.Id, deleteOnDispose: true);
    }

    /// <summary>
    /// Goes on with a conversation that was started earlier, perhaps elsewhere. Makes no call; disposing it leaves it on the server.
    /// </summary>
    public Conversation OpenConversation(string conversationId)
    {
        ArgumentException.ThrowIfNullOrEmpty(conversationId);
        return new Conversation(this, conversationId, deleteOnDispose: false);
    }

    /// <summary>A conversation with its finished turns.</summary>
    public async Task<ConversationInfo> GetConversationAsync(string conversationId, CancellationToken cancellationToken = default) =>
        FromWire.Conversation((await CallAsync(
            options => _stubs.Conversations.GetConversationAsync(new() { ConversationId = conversationId }, options).ResponseAsync,
            cancellationToken).ConfigureAwait(false)).Conversation);

    /// <summary>The tenant's conversations, newest first, without turns; pages are fetched as they are needed.</summary>
    public async IAsyncEnumerable<ConversationInfo> ListConversationsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = new V1.ListConversationsRequest();
        do
        {
            var page = await CallAsync(
                options => _stubs.Conversations.ListConversationsAsync(request, options).ResponseAsync, cancellationToken).ConfigureAwait(false);
            foreach (var conversation in page.Conversations)
            {
                yield return FromWire.Conversation(conversation);
            }
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }

    /// <summary>Ends a running turn and forgets the conversation.</summary>
    public Task DeleteConversationAsync(string conversationId, CancellationToken cancellationToken = default) =>
        _calls.DeleteAsync(
            options => _stubs.Conversations.DeleteConversationAsync(new() { ConversationId = conversationId }, options).ResponseAsync,
            _deadlines.Call,
            cancellationToken);

    /// <summary>
    /// Asks the same question about each region on its own, without a conversation, and streams all answers interleaved. A region that
    /// fails ends with a <see cref="FailedUpdate"/>, the others go on.
    /// </summary>
    /// <param name="imageId">Id of an uploaded image.</param>
    /// <param name="regions">1 to 64 regions with different ids.</param>
    /// <param name="question">Holds <c>&lt;region&gt;</c> once, where the region goes; null asks what it is.</param>
    /// <param name="sampling">How to choose tokens, the same for every region.</param>
    /// <param name="cancellationToken">Stops all answers.</param>
    public IAsyncEnumerable<RegionUpdate> DescribeRegionsAsync(
        string imageId,
        IReadOnlyList<Region> regions,
        string? question = null,
        SamplingOptions? sampling = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(regions);
        var request = new V1.DescribeRegionsRequest
        {
            ImageId = imageId,
            Regions = { regions.Select(ToWire.Region) },
            Question = question ?? "",
            Sampling = ToWire.Sampling(sampling),
        };
        return _answers.DescribeAsync(request, cancellationToken);
    }

    /// <summary>The model behind the server.</summary>
    public async Task<ModelInfo> GetModelAsync(CancellationToken cancellationToken = default) =>
        FromWire.Model(await CallAsync(
            options => _stubs.Models.GetModelAsync(new(), options).ResponseAsync, cancellationToken).ConfigureAwait(false));

    /// <summary>
    /// This client as Microsoft.Extensions.AI's. Pictures are <see cref="DataContent"/>, or <see cref="HostedFileContent"/> with the id of an uploaded one;
    /// regions are <see cref="RegionContent"/>. The server keeps the history: an answer has a <see cref="ChatResponse.ConversationId"/>, and with it in
    /// <see cref="ChatOptions"/> the next call sends new messages only. <see cref="DeleteConversationAsync"/> ends a conversation; disposing the result
    /// leaves this client open.
    /// </summary>
    public IChatClient AsIChatClient() => new Gpt4RoiChatClient(this, _address);

    /// <summary>Closes the connection; calls under way fail.</summary>
    public void Dispose() => _ownChannel?.Dispose();

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    internal IAsyncEnumerable<AskUpdate> AskAsync(V1.AskRequest request, CancellationToken cancellationToken) =>
        _answers.AskAsync(request, cancellationToken);

    private Task<T> CallAsync<T>(Func<CallOptions, Task<T>> call, CancellationToken cancellationToken) =>
        _calls.RunAsync(call, _deadlines.Call, RetryRule.WhenTransient, cancellationToken);

    private static GrpcChannel Connect(Gpt4RoiClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Gpt4RoiClientOptionsValidator.ThrowIfInvalid(options);
        return GrpcChannel.ForAddress(
            options.Address!, new GrpcChannelOptions { HttpHandler = HttpTransport.CreateHandler(), DisposeHttpClient = true });
    }
}
