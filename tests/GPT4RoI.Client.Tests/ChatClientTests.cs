using GPT4RoI.Client.Chat;
using GPT4RoI.Client.Tests.Fakes;
using Grpc.Core;
using Microsoft.Extensions.AI;

namespace GPT4RoI.Client.Tests;

/// <summary>The client as Microsoft.Extensions.AI's, used as its own middleware and users do.</summary>
public sealed class ChatClientTests
{
    private static readonly byte[] Picture = [0x89, (byte)'P', (byte)'N', (byte)'G', 1, 2, 3];
    private static readonly Region Box = Region.Pixels(1, 10, 20, 110, 140);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_ImageRegionAndText_IsAnAnswerWithItsFiguresAndItsConversation()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        using var chat = client.AsIChatClient();

        var response = await chat.GetResponseAsync([First("What is <region1>?")], cancellationToken: Cancellation);

        Assert.Equal((FakeAnswer.Text, ChatRole.Assistant, ChatFinishReason.Stop), (response.Text, response.Messages.Single().Role, response.FinishReason));
        Assert.Equal((300, 5, 305, 0), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.Usage.TotalTokenCount, response.Usage.CachedInputTokenCount));
        Assert.Equal((256, 4), (response.Usage.AdditionalCounts!["image_tokens"], response.Usage.AdditionalCounts["region_tokens"]));
        Assert.Equal(gateway.Conversations.Keys.Single(), response.ConversationId);
    }

    [Fact]
    public async Task GetResponse_WithItsConversationId_GoesOnWhereTheServerHasTheHistory()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        using var chat = client.AsIChatClient();
        var first = await chat.GetResponseAsync([First("What is <region1>?")], cancellationToken: Cancellation);

        var second = await chat.GetResponseAsync("And what is left of <region1>?", new() { ConversationId = first.ConversationId }, Cancellation);

        Assert.Equal((first.ConversationId, 256), (second.ConversationId, second.Usage!.CachedInputTokenCount));
        Assert.Equal(["What is <region1>?", "And what is left of <region1>?"], gateway.Conversations.Values.Single().Turns.Select(turn => turn.Question));
        Assert.Single(gateway.Uploads);
    }

    [Fact]
    public async Task GetStreamingResponse_ThroughTheBuilder_GivesStagesWordsAndTheEnd()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        using var chat = client.AsIChatClient().AsBuilder().ConfigureOptions(options => options.MaxOutputTokens = 7).Build();

        var updates = await chat.GetStreamingResponseAsync([First("What is <region1>?")], cancellationToken: Cancellation).ToListAsync(Cancellation);

        Assert.Equal(FakeAnswer.Text, string.Concat(updates.Select(update => update.Text)));
        Assert.Equal(4, updates.Count(update => update.RawRepresentation is StageUpdate));
        Assert.Equal(ChatFinishReason.Stop, updates[^1].FinishReason);
        Assert.Equal(7, gateway.Questions.Single().Sampling.MaxTokens);
        Assert.Equal("gpt4roi", chat.GetService<ChatClientMetadata>()!.ProviderName);
        Assert.Same(client, chat.GetService<Gpt4RoiClient>());
    }

    [Fact]
    public async Task GetResponse_EveryOption_ArrivesAsGiven()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        using var chat = client.AsIChatClient();

        await chat.GetResponseAsync([First("What is <region1>?")], new()
        {
            Temperature = 0.7f,
            TopK = 5,
            TopP = 0.9f,
            PresencePenalty = 0.1f,
            FrequencyPenalty = 0.2f,
            Seed = 42,
            MaxOutputTokens = 9,
            StopSequences = ["."],
            RawRepresentationFactory = _ => new SamplingOptions { MinP = 0.05f, Temperature = 2 },
        }, Cancellation);

        Assert.Equal(
            new V1.SamplingParams
            {
                Temperature = 0.7f,
                TopK = 5,
                TopP = 0.9f,
                MinP = 0.05f,
                PresencePenalty = 0.1f,
                FrequencyPenalty = 0.2f,
                Seed = 42,
                MaxTokens = 9,
                Stop = { "." },
            },
            gateway.Questions.Single().Sampling);
    }

    [Fact]
    public async Task GetResponse_UploadedImageById_IsNotUploadedAgain()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        var image = await client.UploadImageAsync(new MemoryStream(Picture), Cancellation);

        await client.AsIChatClient().GetResponseAsync([new(ChatRole.User, [new HostedFileContent(image.Id), new TextContent("What is this?")])], cancellationToken: Cancellation);

        Assert.Single(gateway.Uploads);
    }

    [Fact]
    public async Task GetResponse_FirstTurnFails_LeavesNoConversation()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();

        var failure = await Assert.ThrowsAsync<Gpt4RoiException>(() => client.AsIChatClient().GetResponseAsync([First("What is <region2>?")], cancellationToken: Cancellation));

        Assert.Equal(StatusCode.InvalidArgument, failure.Code);
        Assert.Empty(gateway.Conversations);
    }

    [Fact]
    public async Task GetStreamingResponse_LeftEarly_LeavesNoConversation()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();

        await foreach (var update in client.AsIChatClient().GetStreamingResponseAsync([First("What is <region1>?")], cancellationToken: Cancellation))
        {
            if (update.Text.Length > 0)
            {
                break;
            }
        }

        Assert.Empty(gateway.Conversations);
    }

    [Fact]
    public async Task WhatCannotBeAsked_IsNamed_BeforeAnythingIsSent()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        using var chat = client.AsIChatClient();
        var image = new DataContent(Picture, "image/png");
        (ChatMessage[] Messages, ChatOptions? Options, string Place)[] wrong =
        [
            ([new(ChatRole.User, "What is this?")], null, "messages: "),
            ([new(ChatRole.System, "Be brief."), First("Why?")], null, "messages[0]: "),
            ([First("Why?"), new(ChatRole.Assistant, "Because.")], null, "messages[1]: "),
            ([new(ChatRole.User, [image, image, new TextContent("Why?")])], null, "messages[0].contents[1]: "),
            ([new(ChatRole.User, [image, new DataContent(new byte[] { 1 }, "audio/wav")])], null, "messages[0].contents[1]: "),
            ([First("Why?")], new() { ConversationId = "c" }, "messages[0].contents[0]: "),
        ];
        foreach (var (messages, options, place) in wrong)
        {
            Assert.StartsWith(place, (await Assert.ThrowsAsync<ArgumentException>(() => chat.GetResponseAsync(messages, options, Cancellation))).Message, StringComparison.Ordinal);
        }
        foreach (var options in new ChatOptions[] { new() { Tools = [new HostedWebSearchTool()] }, new() { ResponseFormat = ChatResponseFormat.Json }, new() { Instructions = "Be brief." } })
        {
            await Assert.ThrowsAsync<NotSupportedException>(() => chat.GetResponseAsync([First("Why?")], options, Cancellation));
        }
        Assert.Empty(gateway.Calls);
    }

    private static ChatMessage First(string question) =>
        new(ChatRole.User, question.Contains("<region", StringComparison.Ordinal)
            ? [new DataContent(Picture, "image/png"), new RegionContent(Box), new TextContent(question)]
            : [new DataContent(Picture, "image/png"), new TextContent(question)]);
}
