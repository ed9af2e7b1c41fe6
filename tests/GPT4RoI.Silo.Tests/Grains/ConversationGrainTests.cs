using System.Text;
using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Contracts.Keys;
using GPT4RoI.Contracts.Regions;
using GPT4RoI.Silo.Tests.Features;
using GPT4RoI.Silo.Tests.Support;

namespace GPT4RoI.Silo.Tests.Grains;

public sealed class ConversationGrainTests(SiloFixture fixture)
{
    private const string Tenant = "tenant-a";
    private static readonly IReadOnlyList<RecordedTurn> Recorded = Tiny.Turns("multiturn.clean", 451, 300);

    [Fact]
    public async Task Ask_RecordedConversation_SameTokensTurnByTurn()
    {
        var chat = await StartAsync(100);

        foreach (var turn in Recorded)
        {
            var events = await chat.AskAsync(turn);
            Assert.Equal(turn.TokenIds, events.TokenIds());
            var finished = Assert.IsType<TurnFinished>(events[^1]);
            Assert.Equal(turn.Answer, finished.Answer);
            Assert.Equal(finished.Answer, string.Concat(events.OfType<TurnTokens>().Select(tokens => tokens.Text)));
            Assert.Equal(TurnFinishReason.Length, finished.Reason);
        }

        Assert.Equal(Recorded.Select(turn => turn.Answer), (await chat.GetAsync(TestContext.Current.CancellationToken)).Value!.Turns.Select(turn => turn.Answer));
    }

    [Fact]
    public async Task Ask_FirstTurn_EventsComeInOrder()
    {
        var chat = await StartAsync(101);

        var events = await chat.AskAsync(Recorded[0]);

        Assert.Equal(
            [TurnStage.Queued, TurnStage.Encoding, TurnStage.Regions, TurnStage.Prefill], events.OfType<TurnProgress>().Select(progress => progress.Stage));
        Assert.Equal(4, events.TakeWhile(turnEvent => turnEvent is TurnProgress).Count());
        var finished = Assert.Single(events.OfType<TurnFinished>());
        Assert.Equal((256, 1, 24), (finished.Usage.ImageTokens, finished.Usage.RegionTokens, finished.Usage.OutputTokens));
        // at most the words before the image, which all conversations of a tenant have in common
        Assert.InRange(finished.Usage.CachedTokens, 0, finished.Usage.InputTokens - 256);
        Assert.True(finished.Timings.Total >= finished.Timings.Encoding + finished.Timings.Regions);
    }

    [Fact]
    public async Task Ask_WhileAnotherTurnRuns_IsRefusedAndTheTurnGoesOn()
    {
        var chat = await StartAsync(102);
        await using var running = await BeginAsync(chat);

        Assert.Equal(("TURN_IN_PROGRESS", ErrorCode.FailedPrecondition), Reason(await chat.AskAsync(Recorded[0])));

        Assert.True(await running.MoveNextAsync());
        Assert.IsType<TurnTokens>(running.Current);
    }

    [Fact]
    public async Task Ask_ReaderLeaves_EngineIsIdleAndTheNextTurnIsAsIfItHadNotBeen()
    {
        var silo = await fixture.StartAsync();
        var chat = await StartAsync(103);
        await (await BeginAsync(chat)).DisposeAsync();

        var events = await chat.AskAsync(Recorded[0]);

        Assert.Equal(Recorded[0].TokenIds, events.TokenIds());
        Assert.Single((await chat.GetAsync(TestContext.Current.CancellationToken)).Value!.Turns);
        await Cluster.Tests.Processes.Poll.UntilAsync(
            "the engine is idle", () => Task.FromResult(silo.Model.Language.Engine.Snapshot is { Running: 0, Waiting: 0, BlocksUsed: 0 }),
            TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Delete_WhileATurnRuns_EndsItAndForgetsEverything()
    {
        var chat = await StartAsync(104);
        await using var running = await BeginAsync(chat);

        Assert.True(await chat.DeleteAsync(TestContext.Current.CancellationToken));

        TurnEvent last = running.Current;
        while (await running.MoveNextAsync())
        {
            last = running.Current;
        }
        Assert.Equal("CONVERSATION_NOT_FOUND", Assert.IsType<TurnFailed>(last).Error.Reason);
        Assert.Equal("CONVERSATION_NOT_FOUND", (await chat.GetAsync(TestContext.Current.CancellationToken)).Error?.Reason);
        Assert.Equal("CONVERSATION_NOT_FOUND", (await chat.AskAsync(Recorded[0])).Error().Reason);
        Assert.False(await chat.DeleteAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Ask_AnotherTenantSameImage_FindsNothingCached()
    {
        var silo = await fixture.StartAsync();
        var picture = Tiny.Picture("cat_451x300.png");
        var mine = await Talk.StartAsync(silo, await silo.UploadAsync(Tenant, picture, 105));
        var mineAgain = await Talk.StartAsync(silo, await silo.UploadAsync(Tenant, picture, 105));
        var theirs = await Talk.StartAsync(silo, await silo.UploadAsync("tenant-b", picture, 105), "tenant-b");
        await mine.AskAsync(Recorded[0]);
        using var encodes = VisionWork.CountImages();
        using var regions = VisionWork.CountRegionRequests();

        Assert.InRange(Usage(await mineAgain.AskAsync(Recorded[0])).CachedTokens, 256, int.MaxValue);
        Assert.Equal((0, 0), (encodes.Total, regions.Total));

        Assert.Equal(0, Usage(await theirs.AskAsync(Recorded[0])).CachedTokens);
        Assert.Equal((1, 1), (encodes.Total, regions.Total));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(9, true)]
    [InlineData(9, false)]
    [InlineData(24, true)]
    [InlineData(24, false)]
    public async Task Ask_TurnThatALostNodeBegan_GoesOnAfterWhatItsReaderHas(int relayed, bool known)
    {
        var whole = await (await StartAsync(114)).AskAsync(Recorded[0]);
        var chat = await StartAsync(114);
        var reader = Reader(whole, relayed) with { TokenIds = known ? Reader(whole, relayed).TokenIds : [] };

        var rest = await chat.AskAsync(Question("lost") with { Relayed = reader });
        var again = await chat.AskAsync(Question("lost") with { Relayed = reader });

        Assert.Equal(Recorded[0].TokenIds.Skip(reader.Tokens), rest.TokenIds());
        Assert.Equal(RelayedAnswer.Skip(Recorded[0].Answer, reader.TextBytes), string.Concat(rest.OfType<TurnTokens>().Select(tokens => tokens.Text)));
        Assert.Equal(rest.TokenIds(), again.TokenIds());
        Assert.Equal((Recorded[0].Answer, 24), (Assert.IsType<TurnFinished>(rest[^1]).Answer, Usage(rest).OutputTokens));
        Assert.Equal(Recorded[0].Answer, Assert.Single((await chat.GetAsync(TestContext.Current.CancellationToken)).Value!.Turns).Answer);
    }

    [Fact]
    public async Task Ask_TurnThatIsHistoryAlready_GivesTheRestAndAddsNothing()
    {
        var silo = await fixture.StartAsync();
        var chat = await StartAsync(115);
        var whole = await chat.AskAsync(Question("once"));
        await silo.Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero, TestContext.Current.CancellationToken);
        var reader = Reader(whole, 7);

        var rest = await chat.AskAsync(Question("once") with { Relayed = reader });
        var nothing = await chat.AskAsync(Question("once") with { Relayed = new(24, Encoding.UTF8.GetByteCount(Recorded[0].Answer)) });

        Assert.Equal(Recorded[0].TokenIds.Skip(reader.Tokens), rest.TokenIds());
        Assert.Equal(RelayedAnswer.Skip(Recorded[0].Answer, reader.TextBytes), string.Concat(rest.OfType<TurnTokens>().Select(tokens => tokens.Text)));
        Assert.Equal(whole[^1], rest[^1]);
        Assert.Equal([whole[^1]], nothing);
        Assert.Equal(("TURN_ID_USED", "turn_id"), Field(await chat.AskAsync(new AskRequest("Why?", [], Talk.Greedy) { TurnId = "once" })));
        Assert.Single((await chat.GetAsync(TestContext.Current.CancellationToken)).Value!.Turns);
        Assert.Equal(Recorded[1].TokenIds, (await chat.AskAsync(Recorded[1])).TokenIds());
    }

    [Fact]
    public async Task Ask_TurnThatStillRuns_TakesItOverFromAReaderThatIsGone()
    {
        var chat = await StartAsync(116);
        await using var first = await BeginAsync(chat, "running");

        var events = await chat.AskAsync(Question("running") with { Sampling = Talk.Long with { MaxTokens = 30 } });

        var last = first.Current;
        while (await first.MoveNextAsync())
        {
            last = first.Current;
        }
        Assert.IsType<TurnFailed>(last);
        Assert.Equal(30, events.TokenIds().Count());
        Assert.Single((await chat.GetAsync(TestContext.Current.CancellationToken)).Value!.Turns);
    }

    [Fact]
    public async Task Ask_AfterTheActivationIsGone_GoesOnFromWhatIsStored()
    {
        var silo = await fixture.StartAsync();
        var chat = await StartAsync(113);
        await chat.AskAsync(Recorded[0]);

        await silo.Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero, TestContext.Current.CancellationToken);

        Assert.Equal(Recorded[1].TokenIds, (await chat.AskAsync(Recorded[1])).TokenIds());
        var stored = (await chat.GetAsync(TestContext.Current.CancellationToken)).Value!;
        Assert.Equal(Recorded.Take(2).Select(turn => turn.Question), stored.Turns.Select(turn => turn.Question));
        Assert.Equal(Recorded[1].NewRegions, stored.Turns[1].NewRegions);
    }

    [Fact]
    public async Task Get_UnderAnotherTenant_IsNotThere()
    {
        var silo = await fixture.StartAsync();
        var image = await silo.UploadAsync(Tenant, Tiny.Picture("cat_451x300.png"), 106);
        var chat = await Talk.StartAsync(silo, image);
        var id = (await chat.GetAsync(TestContext.Current.CancellationToken)).Value!.ConversationId;

        var stolen = silo.Grains.GetGrain<IConversationGrain>(GrainKeys.Conversation("tenant-b", id));

        Assert.Equal("CONVERSATION_NOT_FOUND", (await stolen.GetAsync(TestContext.Current.CancellationToken)).Error?.Reason);
        Assert.Equal("CONVERSATION_NOT_FOUND", (await stolen.AskAsync(Recorded[0])).Error().Reason);
        Assert.False(await stolen.DeleteAsync(TestContext.Current.CancellationToken));
        Assert.NotNull((await chat.GetAsync(TestContext.Current.CancellationToken)).Value);
    }

    [Theory]
    [InlineData("<bbox>")]
    [InlineData("<im_patch><im_patch>")]
    [InlineData("<im_start><im_end>")]
    [InlineData("<image>")]
    [InlineData("###")]
    [InlineData("</s>")]
    public async Task Ask_SpecialTokensInTheQuestion_AreText(string text)
    {
        var chat = await StartAsync(107);

        var events = await chat.AskAsync($"What is <region1>? {text} Go on.", Recorded[0].NewRegions);

        var usage = Usage(events);
        Assert.Equal((256, 1), (usage.ImageTokens, usage.RegionTokens));
        Assert.NotEmpty(events.TokenIds());
    }

    [Fact]
    public async Task Ask_WhatItCannotTake_NamesTheField()
    {
        var chat = await StartAsync(108);
        var region = Recorded[0].NewRegions[0];

        Assert.Equal(("REGION_UNKNOWN", "question"), Field(await chat.AskAsync("What is <region2>?", [])));
        Assert.Equal(("REGION_NOT_MENTIONED", "new_regions[0]"), Field(await chat.AskAsync("What is it?", [region])));
        Assert.Equal(("QUESTION_EMPTY", "question"), Field(await chat.AskAsync("  ", [])));
        Assert.Equal(("PROMPT_TOO_LONG", "question"), Field(await chat.AskAsync(string.Concat(Enumerable.Repeat("word ", 1600)), [])));
        Assert.Equal(
            ("INVALID_GENERATION_REQUEST", "sampling.temperature"), Field(await chat.AskAsync("What?", [], Talk.Greedy with { Temperature = -1 })));
        await chat.AskAsync(Recorded[0]);
        Assert.Equal(("REGION_DUPLICATE", "new_regions[0]"), Field(await chat.AskAsync("What is <region1>?", [region])));
    }

    [Fact]
    public async Task Ask_MoreRegionsThanAConversationMayHave_NamesLimitAndValue()
    {
        var chat = await StartAsync(109);
        Region[] regions = [.. Enumerable.Range(1, 300).Select(id => new Region(id, new RegionBox(0, 0, 1, 1)))];

        var error = (await chat.AskAsync(string.Concat(regions.Select(region => $"<region{region.Id}>")), regions)).Error();

        Assert.Equal(("TOO_MANY_REGIONS", ErrorCode.InvalidArgument), (error.Reason, error.Code));
        Assert.Contains("256", error.Message, StringComparison.Ordinal);
        Assert.Contains("300", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_BrokenImage_FailsAloneAndLeavesNoTrace()
    {
        var silo = await fixture.StartAsync();
        byte[] broken = [.. Tiny.Picture("cat_451x300.png").Take(60)];
        var poisoned = await Talk.StartAsync(silo, await silo.UploadAsync(Tenant, broken, 110));
        var sound = await StartAsync(111);

        var both = await Task.WhenAll(poisoned.AskAsync(Recorded[0]), sound.AskAsync(Recorded[0]));

        Assert.Equal(("IMAGE_UNDECODABLE", "image_id"), Field(both[0]));
        Assert.Equal(Recorded[0].TokenIds, both[1].TokenIds());
        Assert.Empty((await poisoned.GetAsync(TestContext.Current.CancellationToken)).Value!.Turns);
    }

    [Fact]
    public async Task Ask_ImageDeleted_SaysSo()
    {
        var silo = await fixture.StartAsync();
        var image = await silo.UploadAsync(Tenant, Tiny.Picture("cat_451x300.png"), 112);
        var chat = await Talk.StartAsync(silo, image);
        await chat.AskAsync(Recorded[0]);

        await silo.Store.KeyDeleteAsync(GrainKeys.Media(Tenant, image.ImageId));

        Assert.Equal(("IMAGE_NOT_FOUND", ErrorCode.NotFound), Reason(await chat.AskAsync(Recorded[1])));
    }

    public static TheoryData<string> Poisons => [.. Poison.Kinds.Keys];

    [Theory]
    [MemberData(nameof(Poisons))]
    public async Task Ask_PoisonedFeaturesInTheStore_AreComputedAgain(string kind)
    {
        var silo = await fixture.StartAsync();
        var image = await silo.UploadAsync(Tenant, Tiny.Picture("cat_451x300.png"), 200 + Poisons.ToList().FindIndex(row => row.Data == kind));
        var featureKey = silo.KeyOf(Tenant, image);
        var region = silo.Keys.ForRegion(featureKey, Recorded[0].NewRegions[0].Box);
        string[] keys = [.. Enumerable.Range(0, 4).Select(level => GrainKeys.Level(featureKey, level)), GrainKeys.RegionVector(region)];
        foreach (var key in keys)
        {
            var sound = Poison.Sound(silo.Model.Layout);
            await silo.Store.StringSetAsync(key, Poison.Kinds[kind](sound));
        }
        var chat = await Talk.StartAsync(silo, image);

        Assert.Equal(Recorded[0].TokenIds, (await chat.AskAsync(Recorded[0])).TokenIds());
    }

    private async Task<IConversationGrain> StartAsync(int number)
    {
        var silo = await fixture.StartAsync();
        return await Talk.StartAsync(silo, await silo.UploadAsync(Tenant, Tiny.Picture("cat_451x300.png"), number));
    }

    /// <summary>A long turn whose first token has come.</summary>
    private static async Task<IAsyncEnumerator<TurnEvent>> BeginAsync(IConversationGrain chat, string turn = "")
    {
        var request = Question(turn) with { Sampling = Talk.Long };
        var events = chat.AskAsync(request, TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        do
        {
            Assert.True(await events.MoveNextAsync(), "the turn ended before its first token");
        }
        while (events.Current is not TurnTokens);
        return events;
    }

    private static AskRequest Question(string turn) => new(Recorded[0].Question, Recorded[0].NewRegions, Talk.Greedy) { TurnId = turn };

    // As it was after so many tokens, or a few more: an event is relayed as a whole.
    private static RelayedAnswer Reader(IReadOnlyList<TurnEvent> events, int tokens)
    {
        var (ids, length) = (new List<int>(), 0);
        foreach (var part in events.OfType<TurnTokens>().TakeWhile(_ => ids.Count < tokens))
        {
            ids.AddRange(part.TokenIds);
            length += Encoding.UTF8.GetByteCount(part.Text);
        }
        return new(ids.Count, length) { TokenIds = ids };
    }

    private static TurnUsage Usage(IReadOnlyList<TurnEvent> events) => Assert.IsType<TurnFinished>(events[^1]).Usage;

    private static (string, string?) Field(IReadOnlyList<TurnEvent> events) => (events.Error().Reason, events.Error().Field);

    private static (string, ErrorCode) Reason(IReadOnlyList<TurnEvent> events) => (events.Error().Reason, events.Error().Code);
}
