using System.Text;
using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Contracts.Regions;
using GPT4RoI.Silo.Tests.Support;

namespace GPT4RoI.Silo.Tests.Grains;

public sealed class DescriberGrainTests(SiloFixture fixture)
{
    private const string Tenant = "tenant-a";

    [Fact]
    public async Task Describe_ManyRegions_EachAnswerIsThatOfAConversationOfItsOwn()
    {
        var silo = await fixture.StartAsync();
        var image = await silo.UploadAsync(Tenant, Tiny.Picture("cat_451x300.png"), 400);
        Region[] regions = [.. Enumerable.Range(1, 12).Select(number => new Region(number * 7, new RegionBox(0.05f * number, 0.1f, 0.05f * number + 0.3f, 0.8f)))];

        var events = await DescribeAsync(silo, new DescribeRequest(Tenant, image, regions, "What is <region>?", Talk.Greedy));

        foreach (var region in regions)
        {
            var alone = await Talk.StartAsync(silo, image);
            var expected = await alone.AskAsync("What is <region1>?", [region with { Id = 1 }]);
            var described = events.Where(regionEvent => regionEvent.RegionId == region.Id).Select(regionEvent => regionEvent.Event).ToList();
            Assert.Equal(expected.TokenIds(), described.TokenIds());
            Assert.IsType<TurnFinished>(described[^1]);
        }
        Assert.Equal(regions.Length, events.Count(regionEvent => regionEvent.Event is TurnFinished));
    }

    [Fact]
    public async Task Describe_OneRegionFails_TheOthersAnswer()
    {
        var silo = await fixture.StartAsync();
        var image = await silo.UploadAsync(Tenant, Tiny.Picture("cat_451x300.png"), 401);
        Region[] regions = [new(1, new RegionBox(0, 0, 0.5f, 0.5f)), new(2, new RegionBox(0.5f, 0, 0.1f, 1)), new(3, new RegionBox(0, 0, 1, 1))];

        var events = await DescribeAsync(silo, new DescribeRequest(Tenant, image, regions, "What is <region>?", Talk.Greedy));

        var ends = events.Where(regionEvent => regionEvent.Event is TurnFinished or TurnFailed).ToDictionary(end => end.RegionId, end => end.Event);
        Assert.Equal([1, 2, 3], ends.Keys.Order());
        Assert.IsType<TurnFinished>(ends[1]);
        Assert.IsType<TurnFailed>(ends[2]);
        Assert.IsType<TurnFinished>(ends[3]);
    }

    [Fact]
    public async Task Describe_AnswersThatALostNodeBegan_GoOnAfterWhatTheReaderHas()
    {
        var silo = await fixture.StartAsync();
        var image = await silo.UploadAsync(Tenant, Tiny.Picture("cat_451x300.png"), 402);
        Region[] regions = [new(1, new RegionBox(0, 0, 0.5f, 0.5f)), new(2, new RegionBox(0, 0, 1, 1))];
        var request = new DescribeRequest(Tenant, image, regions, "What is <region>?", Talk.Greedy);
        var whole = await DescribeAsync(silo, request);
        var first = Of(whole, 2).OfType<TurnTokens>().First();

        var rest = await DescribeAsync(silo, request with { Relayed = new Dictionary<int, RelayedAnswer> { [2] = Have(first) } });

        Assert.Equal(Of(whole, 1).TokenIds(), Of(rest, 1).TokenIds());
        Assert.Equal(Of(whole, 2).TokenIds(), first.TokenIds.Concat(Of(rest, 2).TokenIds()));
        Assert.Equal(Text(Of(whole, 2)), first.Text + Text(Of(rest, 2)));
    }

    private static RelayedAnswer Have(TurnTokens tokens) => new(tokens.TokenIds.Count, Encoding.UTF8.GetByteCount(tokens.Text)) { TokenIds = tokens.TokenIds };

    private static IEnumerable<TurnEvent> Of(IEnumerable<RegionEvent> events, int region) =>
        events.Where(regionEvent => regionEvent.RegionId == region).Select(regionEvent => regionEvent.Event);

    private static string Text(IEnumerable<TurnEvent> events) => string.Concat(events.OfType<TurnTokens>().Select(tokens => tokens.Text));

    private static async Task<List<RegionEvent>> DescribeAsync(LiveSilo silo, DescribeRequest request)
    {
        var describer = silo.Grains.GetGrain<IDescriberGrain>($"{Tenant}/{request.Image.ImageId[..8]}/{Guid.NewGuid():n}");
        var events = new List<RegionEvent>();
        await foreach (var regionEvent in describer.DescribeAsync(request, TestContext.Current.CancellationToken))
        {
            events.Add(regionEvent);
        }
        return events;
    }
}
