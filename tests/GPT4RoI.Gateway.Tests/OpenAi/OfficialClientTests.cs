using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using GPT4RoI.Gateway.Tests.Fixtures;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using ChatFinishReason = OpenAI.Chat.ChatFinishReason;
using ChatMessage = OpenAI.Chat.ChatMessage;

#pragma warning disable OPENAI001, SCME0001 // the client calls seeds, and fields of ours set by JSON path, experimental

namespace GPT4RoI.Gateway.Tests.OpenAi;

/// <summary>OpenAI's own .NET client, and Microsoft.Extensions.AI on top of it, against our server.</summary>
public sealed class OfficialClientTests(Backend backend) : IAsyncLifetime
{
    private GatewayHost? _gateway;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHost.StartAsync(backend, ApiKeys.For(("key-of-acme", "acme")));

    public ValueTask DisposeAsync() => _gateway?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task OpenAi_CompleteChat_HasTextUsageAndRegions()
    {
        var options = WithRegion(new ChatCompletionOptions { Temperature = 0, MaxOutputTokenCount = 20, Seed = 7, IncludeLogProbabilities = true, TopLogProbabilityCount = 1 });

        ChatCompletion completion = await Client().CompleteChatAsync([Message("official <region1>?")], options, Cancel);

        Assert.Equal(("héllo wörld", ChatFinishReason.Length), (completion.Content.Single().Text, completion.FinishReason));
        Assert.Equal((300, 2, 272), (completion.Usage.InputTokenCount, completion.Usage.OutputTokenCount, completion.Usage.InputTokenDetails.CachedTokenCount));
        Assert.Equal(("héllo", "hi"), (completion.ContentTokenLogProbabilities[0].Token, completion.ContentTokenLogProbabilities[0].TopLogProbabilities[0].Token));
        var request = backend.State.Chatted["official <region1>?"].Request;
        Assert.Equal((1, 0.25f), (request.NewRegions.Single().Id, request.NewRegions.Single().Box.X1));
        Assert.Equal((0f, 20, 7ul), (request.Sampling.Temperature, request.Sampling.MaxTokens, request.Sampling.Seed));
    }

    [Fact]
    public async Task OpenAi_CompleteChatStreaming_StreamsToTheUsage()
    {
        var text = new StringBuilder();
        StreamingChatCompletionUpdate? last = null;
        await foreach (var update in Client().CompleteChatStreamingAsync([Message("official stream")], cancellationToken: Cancel))
        {
            text.AppendJoin("", update.ContentUpdate.Select(part => part.Text));
            last = update;
        }

        Assert.Equal("héllo wörld", text.ToString());
        Assert.Equal(302, last!.Usage.TotalTokenCount);
    }

    [Fact]
    public async Task OpenAi_RefusedRequest_IsAResultExceptionThatSaysWhy()
    {
        var wrong = await Assert.ThrowsAsync<ClientResultException>(() => Client().CompleteChatAsync([ChatMessage.CreateUserMessage("no picture")], cancellationToken: Cancel));

        Assert.Equal(400, wrong.Status);
        Assert.Contains("a conversation is about one", wrong.Message);
        Assert.Equal(401, (await Assert.ThrowsAsync<ClientResultException>(() => Client("another-key").CompleteChatAsync([Message("?")], cancellationToken: Cancel))).Status);
    }

    [Fact]
    public async Task OpenAi_Models_ListsOurs()
    {
        var models = await Open("key-of-acme").GetOpenAIModelClient().GetModelsAsync(Cancel);

        Assert.Equal("fake-model", Assert.Single(models.Value).Id);
    }

    [Fact]
    public async Task ExtensionsAi_GetStreamingResponse_Streams()
    {
        using var chat = Client().AsIChatClient();
        var message = new Microsoft.Extensions.AI.ChatMessage(ChatRole.User, [new DataContent(Pictures.Unique(), "image/png"), new TextContent("extensions <region1>?")]);
        var options = new ChatOptions { RawRepresentationFactory = _ => WithRegion(new ChatCompletionOptions()), MaxOutputTokens = 9 };

        var response = await chat.GetStreamingResponseAsync([message], options, Cancel).ToChatResponseAsync(Cancel);

        Assert.Equal(("héllo wörld", 302L), (response.Text, response.Usage!.TotalTokenCount));
        var request = backend.State.Chatted["extensions <region1>?"].Request;
        Assert.Equal((1, 9), (request.NewRegions.Single().Id, request.Sampling.MaxTokens));
    }

    private static ChatCompletionOptions WithRegion(ChatCompletionOptions options)
    {
        options.Patch.Set("$.regions"u8, BinaryData.FromString("""[{"box":[0.25,0.25,0.5,0.5]}]"""));
        return options;
    }

    private static UserChatMessage Message(string text) => ChatMessage.CreateUserMessage(
        ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes(Pictures.Unique()), "image/png"), ChatMessageContentPart.CreateTextPart(text));

    private ChatClient Client(string key = "key-of-acme") => Open(key).GetChatClient("fake-model");

    private OpenAIClient Open(string key) => new(
        new ApiKeyCredential(key), new() { Endpoint = new Uri(_gateway!.HttpAddress, "/v1"), RetryPolicy = new ClientRetryPolicy(maxRetries: 0) });
}
