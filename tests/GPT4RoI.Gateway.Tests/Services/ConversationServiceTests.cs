using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Contracts.Regions;
using GPT4RoI.Gateway.Tests.Fixtures;
using Grpc.Core;

namespace GPT4RoI.Gateway.Tests.Services;

public sealed class ConversationServiceTests(Backend backend) : IAsyncLifetime
{
    private GatewayHost? _gateway;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private GatewayHost Gateway => _gateway!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHost.StartAsync(backend);

    public async ValueTask DisposeAsync() => await Gateway.DisposeAsync();

    [Fact]
    public async Task CreateConversation_OfAnImage_IsListedAndFound()
    {
        var image = await Gateway.Images.UploadAsync(Pictures.Unique(), Cancel);
        var conversation = await Gateway.StartAsync(image, Cancel);
        Assert.Matches($"^c-{image.Id[..8]}-[0-9a-f]{{32}}$", conversation.Id);
        Assert.Equal(image.Id, conversation.ImageId);
        Assert.Equal(conversation, (await Gateway.Conversations.GetConversationAsync(new() { ConversationId = conversation.Id }, cancellationToken: Cancel)).Conversation);
        var listed = await Gateway.Conversations.ListConversationsAsync(new() { PageSize = 100 }, cancellationToken: Cancel);
        Assert.Single(listed.Conversations, entry => entry.Id == conversation.Id && entry.ImageId == image.Id);
    }

    [Fact]
    public async Task GetConversation_WithTurns_MapsThem()
    {
        var conversation = await Gateway.StartAsync(await Gateway.Images.UploadAsync(Pictures.Unique(), Cancel), Cancel);
        var key = $"local/{conversation.Id}";
        backend.State.Conversations[key] = backend.State.Conversations[key] with
        {
            Turns = [new TurnRecord("What is <region3>?", [new(3, new(0, 0.25f, 0.5f, 1))], "A cat."), new("Why?", [], "Because.")],
        };
        var found = (await Gateway.Conversations.GetConversationAsync(new() { ConversationId = conversation.Id }, cancellationToken: Cancel)).Conversation;
        Assert.Equal(["What is <region3>?", "Why?"], found.Turns.Select(turn => turn.Question));
        Assert.Equal(["A cat.", "Because."], found.Turns.Select(turn => turn.Answer));
        Assert.Equal(Calls.Region(3, 0, 0.25, 0.5, 1), found.Turns[0].NewRegions.Single());
    }

    [Fact]
    public async Task ListConversations_InPages_GivesEachOnce()
    {
        await using var gateway = await GatewayHost.StartAsync(backend, ApiKeys.For(("key", "lister")));
        var client = new V1.ConversationService.ConversationServiceClient(gateway.WithKey("key"));
        var image = await new V1.ImageService.ImageServiceClient(gateway.WithKey("key")).UploadAsync(Pictures.Unique(), Cancel);
        HashSet<string> made = [];
        for (var i = 0; i < 5; i++)
        {
            made.Add((await client.CreateConversationAsync(new() { ImageId = image.Id }, cancellationToken: Cancel)).Conversation.Id);
        }
        List<string> listed = [];
        var page = "";
        do
        {
            var response = await client.ListConversationsAsync(new() { PageSize = 2, PageToken = page }, cancellationToken: Cancel);
            listed.AddRange(response.Conversations.Select(conversation => conversation.Id));
            page = response.NextPageToken;
        }
        while (page.Length > 0);
        Assert.Equal(5, listed.Count);
        Assert.True(made.SetEquals(listed));
        await Calls.RefusesAsync("page_size", async () => await client.ListConversationsAsync(new() { PageSize = 101 }, cancellationToken: Cancel));
        await Calls.RefusesAsync("page_token", async () => await client.ListConversationsAsync(new() { PageToken = "2" }, cancellationToken: Cancel));
    }

    [Fact]
    public async Task CreateConversation_Refused_LeavesNothingInTheList()
    {
        var image = await Gateway.Images.UploadAsync(Pictures.Unique(FakeState.RefusedWidth), Cancel);
        Assert.Equal("NO_LLM", (await Calls.FailsAsync(StatusCode.Unavailable, () => Gateway.StartAsync(image, Cancel))).Reason());
        Assert.DoesNotContain(backend.State.Tenants["local"].Values, entry => entry.ImageId == image.Id);
    }

    [Fact]
    public async Task CreateConversation_TenantHasItsNumber_IsResourceExhausted()
    {
        await using var gateway = await GatewayHost.StartAsync(backend, ApiKeys.For(("key", FakeTenantGrain.FullTenant)));
        var image = await new V1.ImageService.ImageServiceClient(gateway.WithKey("key")).UploadAsync(Pictures.Unique(), Cancel);
        var refused = await Calls.FailsAsync(
            StatusCode.ResourceExhausted,
            async () => await new V1.ConversationService.ConversationServiceClient(gateway.WithKey("key"))
                .CreateConversationAsync(new() { ImageId = image.Id }, cancellationToken: Cancel));
        Assert.Equal(TimeSpan.FromSeconds(7), refused.Detail<Google.Rpc.RetryInfo>()?.RetryDelay.ToTimeSpan());
    }

    [Fact]
    public async Task DeleteConversation_Once_IsGoneEverywhere()
    {
        var conversation = await Gateway.StartAsync(await Gateway.Images.UploadAsync(Pictures.Unique(), Cancel), Cancel);
        await Gateway.Conversations.DeleteConversationAsync(new() { ConversationId = conversation.Id }, cancellationToken: Cancel);
        Assert.DoesNotContain(conversation.Id, backend.State.Tenants["local"].Keys);
        var gone = await Calls.FailsAsync(StatusCode.NotFound, () => AskAsync(conversation.Id, "What?"));
        Assert.Equal("CONVERSATION_NOT_FOUND", gone.Reason());
        await Calls.FailsAsync(
            StatusCode.NotFound, async () => await Gateway.Conversations.DeleteConversationAsync(new() { ConversationId = conversation.Id }, cancellationToken: Cancel));
    }

    [Fact]
    public async Task Ask_StreamsStagesTokensAndTheEnd()
    {
        var conversation = await Gateway.StartAsync(await Gateway.Images.UploadAsync(Pictures.Unique(), Cancel), Cancel);
        var events = await AskAsync(conversation.Id, "What?");
        Assert.Equal(
            [V1.Stage.Queued, V1.Stage.Encoding, V1.Stage.Regions, V1.Stage.Prefill],
            events.Where(e => e.EventCase == V1.AskResponse.EventOneofCase.Progress).Select(e => e.Progress.Stage));
        var tokens = events.Where(e => e.EventCase == V1.AskResponse.EventOneofCase.Tokens).Select(e => e.Tokens).ToList();
        Assert.Equal("héllo wörld", string.Concat(tokens.Select(chunk => chunk.Text)));
        Assert.Equal([17, 4, 5], tokens.SelectMany(chunk => chunk.TokenIds));
        Assert.Equal((17, -0.25f), (tokens[0].Logprobs[0].Chosen.TokenId, tokens[0].Logprobs[0].Chosen.Logprob));
        Assert.Equal("hi", tokens[0].Logprobs[0].Alternatives.Single().Text);
        var finished = events[^1].Finished;
        Assert.Equal((V1.FinishReason.Length, "héllo wörld"), (finished.Reason, finished.Answer));
        Assert.Equal(new V1.Usage { InputTokens = 300, ImageTokens = 256, RegionTokens = 2, CachedTokens = 272, OutputTokens = 2 }, finished.Usage);
        Assert.Equal(
            [1, 2, 3, 4, 5, 15],
            new[] { finished.Timings.Encoding, finished.Timings.Regions, finished.Timings.Queue, finished.Timings.Prefill, finished.Timings.Decode, finished.Timings.Total }
                .Select(duration => duration.ToTimeSpan().TotalMilliseconds));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)] // a gateway that has not seen the conversation before
    public async Task Ask_PixelBoxes_ReachTheGrainAsFractionsOfTheUprightImage(bool sameGateway)
    {
        var turned = Pictures.WithOrientation(Pictures.Unique(40, 20, SkiaSharp.SKEncodedImageFormat.Jpeg), 6); // upright: 20 x 40
        var conversation = await Gateway.StartAsync(await Gateway.Images.UploadAsync(turned, Cancel), Cancel);
        await using var other = await GatewayHost.StartAsync(backend);
        var request = new V1.AskRequest
        {
            ConversationId = conversation.Id,
            Question = "Are <region1> and <region7> alike?",
            NewRegions = { Calls.Region(1, 5, 10, 20, 40, V1.CoordinateSpace.Pixels), Calls.Region(7, 0.5, 0.5, 0.5, 0.5) },
            Sampling = new() { Temperature = 0, Seed = 5, Stop = { "x" }, LogitBias = { [3] = -1 } },
        };
        await (sameGateway ? Gateway : other).Conversations.AskAsync(request, Cancel);

        var asked = backend.State.Asked[$"local/{conversation.Id}"];
        Assert.Equal([new Region(1, new(0.25f, 0.25f, 1, 1)), new Region(7, new(0.5f, 0.5f, 0.5f, 0.5f))], asked.NewRegions);
        Assert.Equal((0f, 5ul, null, null), (asked.Sampling.Temperature, asked.Sampling.Seed, asked.Sampling.TopK, asked.Sampling.MaxTokens));
        Assert.Equal(["x"], asked.Sampling.Stop);
        Assert.Equal(-1, asked.Sampling.LogitBias[3]);
    }

    [Fact]
    public async Task Ask_NamedTurn_ReachesTheGrainWithWhatWasReceived()
    {
        var id = (await Gateway.StartAsync(await Gateway.Images.UploadAsync(Pictures.Unique(), Cancel), Cancel)).Id;
        var request = new V1.AskRequest { ConversationId = id, Question = "What?", TurnId = "turn-1", Received = new() { Tokens = 3, TextBytes = 7 } };

        await Gateway.Conversations.AskAsync(request, Cancel);
        var named = backend.State.Asked[$"local/{id}"];
        await Gateway.Conversations.AskAsync(request, Cancel);
        var again = backend.State.Asked[$"local/{id}"];
        await AskAsync(id, "What?");
        var unnamed = backend.State.Asked[$"local/{id}"];

        Assert.Equal(("turn-1", 3, 7), (named.TurnId, named.Relayed.Tokens, named.Relayed.TextBytes));
        Assert.Equal((named.TurnId, named.Sampling.Seed), (again.TurnId, again.Sampling.Seed)); // the same words again
        Assert.Equal((32, 0), (unnamed.TurnId.Length, unnamed.Relayed.Tokens));
        Assert.NotEqual(named.Sampling.Seed, unnamed.Sampling.Seed);
    }

    [Theory]
    [InlineData(41, "new_regions[0].box.x2", "41")]
    [InlineData(double.NaN, "new_regions[0].box.x2", "NaN")]
    public async Task Ask_BoxOutsideTheImage_NamesFieldAndExactLimit(double x2, string field, string value)
    {
        var conversation = await Gateway.StartAsync(await Gateway.Images.UploadAsync(Pictures.Unique(40, 20), Cancel), Cancel);
        var request = new V1.AskRequest { ConversationId = conversation.Id, Question = "<region1>?", NewRegions = { Calls.Region(1, 0, 0, x2, 20, V1.CoordinateSpace.Pixels) } };
        var refused = await Calls.RefusesAsync(field, () => Gateway.Conversations.AskAsync(request, Cancel));
        Assert.Contains(value, refused.Status.Detail);
        Assert.Contains("0 to 40", refused.Status.Detail);
    }

    [Fact]
    public async Task Ask_BadFields_AreNamed()
    {
        var id = (await Gateway.StartAsync(await Gateway.Images.UploadAsync(Pictures.Unique(), Cancel), Cancel)).Id;
        await Calls.RefusesAsync("conversation_id", () => AskAsync("../" + id, "What?"));
        await Calls.RefusesAsync("conversation_id", () => AskAsync(new string('c', 10_000), "What?"));
        await Calls.RefusesAsync("question", () => AskAsync(id, ""));
        await Calls.RefusesAsync("question", () => AskAsync(id, new string('a', 8001)));
        foreach (var turn in new[] { new string('a', 65), "a b", "a/b", "a\n" })
        {
            await Calls.RefusesAsync("turn_id", () => Gateway.Conversations.AskAsync(new() { ConversationId = id, Question = "What?", TurnId = turn }, Cancel));
        }
        await Calls.RefusesAsync("turn_id", () => Gateway.Conversations.AskAsync(new() { ConversationId = id, Question = "What?", Received = new() }, Cancel));
        await Calls.RefusesAsync(
            "received.tokens",
            () => Gateway.Conversations.AskAsync(new() { ConversationId = id, Question = "What?", TurnId = "t", Received = new() { Tokens = 1_000_001 } }, Cancel));
        await Calls.RefusesAsync(
            "received.text_bytes",
            () => Gateway.Conversations.AskAsync(new() { ConversationId = id, Question = "What?", TurnId = "t", Received = new() { TextBytes = uint.MaxValue } }, Cancel));
        await Calls.RefusesAsync(
            "sampling.top_p", () => Gateway.Conversations.AskAsync(new() { ConversationId = id, Question = "What?", Sampling = new() { TopP = 2 } }, Cancel));
    }

    [Fact]
    public async Task Ask_ImageDeleted_IsFailedPrecondition_UntilUploadedAgain()
    {
        var file = Pictures.Unique();
        var image = await Gateway.Images.UploadAsync(file, Cancel);
        var conversation = await Gateway.StartAsync(image, Cancel);
        await Gateway.Images.DeleteImageAsync(new() { ImageId = image.Id }, cancellationToken: Cancel);
        Assert.Equal("IMAGE_GONE", (await Calls.FailsAsync(StatusCode.FailedPrecondition, () => AskAsync(conversation.Id, "What?"))).Reason());
        await Gateway.Images.UploadAsync(file, Cancel);
        Assert.NotEmpty(await AskAsync(conversation.Id, "What?"));
    }

    private Task<List<V1.AskResponse>> AskAsync(string conversationId, string question) =>
        Gateway.Conversations.AskAsync(new() { ConversationId = conversationId, Question = question }, Cancel);
}
