using GPT4RoI.Contracts.Regions;
using GPT4RoI.Gateway.Tests.Fixtures;
using Grpc.Core;

namespace GPT4RoI.Gateway.Tests.Services;

public sealed class RegionServiceTests(Backend backend) : IAsyncLifetime
{
    private GatewayHost? _gateway;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private GatewayHost Gateway => _gateway!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHost.StartAsync(backend);

    public async ValueTask DisposeAsync() => await Gateway.DisposeAsync();

    [Fact]
    public async Task DescribeRegions_Several_GivesEachItsAnswer()
    {
        var image = await Gateway.Images.UploadAsync(Pictures.Unique(40, 20), Cancel);
        var question = $"Name <region>, {Guid.NewGuid()}.";
        var events = await DescribeAsync(new()
        {
            ImageId = image.Id,
            Question = question,
            Regions = { Calls.Region(4, 0, 0, 20, 20, V1.CoordinateSpace.Pixels), Calls.Region(9, 0, 0, 1, 1) },
        });
        Assert.Equal([4u, 9u], events.Where(e => e.Finished is not null).Select(e => e.RegionId));
        Assert.All(events.GroupBy(e => e.RegionId), answer => Assert.Equal("héllo wörld", string.Concat(answer.Select(e => e.Tokens?.Text))));

        var (key, request) = backend.State.Described[question];
        Assert.Matches($"^local/{image.Id[..8]}/[0-9a-f]{{32}}$", key);
        Assert.Equal(("local", image.Id), (request.TenantId, request.Image.ImageId));
        Assert.Equal([new Region(4, new(0, 0, 0.5f, 1)), new Region(9, new(0, 0, 1, 1))], request.Regions);
    }

    [Fact]
    public async Task DescribeRegions_NoQuestion_AsksTheDefaultOne()
    {
        var image = await Gateway.Images.UploadAsync(Pictures.Unique(), Cancel);
        await DescribeAsync(new() { ImageId = image.Id, Regions = { Calls.Region(1, 0, 0, 1, 1) } });
        Assert.Contains("What is <region>?", backend.State.Described.Keys);
    }

    [Fact]
    public async Task DescribeRegions_OneFails_OthersGoOn()
    {
        var image = await Gateway.Images.UploadAsync(Pictures.Unique(), Cancel);
        var events = await DescribeAsync(new()
        {
            ImageId = image.Id,
            Question = $"{Answers.FailEven}: <region>",
            Regions = { Calls.Region(1, 0, 0, 1, 1), Calls.Region(2, 0, 0, 1, 1), Calls.Region(3, 0, 0, 1, 1) },
        });
        Assert.Equal([1u, 3u], events.Where(e => e.Finished is not null).Select(e => e.RegionId));
        var failed = Assert.Single(events, e => e.Failed is not null);
        Assert.Equal(2u, failed.RegionId);
        Assert.Equal(new V1.RegionFailure { Code = (int)StatusCode.ResourceExhausted, Reason = "QUEUE_FULL", Message = Answers.Refusal.Message, Field = "question" }, failed.Failed);
    }

    [Fact]
    public async Task DescribeRegions_AllRefused_EndsTheCall()
    {
        var image = await Gateway.Images.UploadAsync(Pictures.Unique(), Cancel);
        var request = new V1.DescribeRegionsRequest { ImageId = image.Id, Question = $"{Answers.Refuse} <region>", Regions = { Calls.Region(1, 0, 0, 1, 1) } };
        Assert.Equal("QUEUE_FULL", (await Calls.FailsAsync(StatusCode.ResourceExhausted, () => DescribeAsync(request))).Reason());
    }

    [Fact]
    public async Task DescribeRegions_BadFields_AreNamed()
    {
        var image = await Gateway.Images.UploadAsync(Pictures.Unique(), Cancel);
        await Calls.RefusesAsync("image_id", () => DescribeAsync(new() { ImageId = "x", Regions = { Calls.Region(1, 0, 0, 1, 1) } }));
        await Calls.RefusesAsync("regions", () => DescribeAsync(new() { ImageId = image.Id }));
        await Calls.RefusesAsync("regions", () => DescribeAsync(new() { ImageId = image.Id, Regions = { Enumerable.Range(1, 65).Select(id => Calls.Region((uint)id, 0, 0, 1, 1)) } }));
        await Calls.RefusesAsync("regions[1].box.y2", () => DescribeAsync(new() { ImageId = image.Id, Regions = { Calls.Region(1, 0, 0, 1, 1), Calls.Region(2, 0, 0, 1, 2) } }));
        await Calls.RefusesAsync("question", () => DescribeAsync(new() { ImageId = image.Id, Question = "What?", Regions = { Calls.Region(1, 0, 0, 1, 1) } }));
    }

    private async Task<List<V1.DescribeRegionsResponse>> DescribeAsync(V1.DescribeRegionsRequest request)
    {
        using var call = Gateway.Regions.DescribeRegions(request, cancellationToken: Cancel);
        return await call.ResponseStream.ReadAllAsync(Cancel).ToListAsync(Cancel);
    }
}
