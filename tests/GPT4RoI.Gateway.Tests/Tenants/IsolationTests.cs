using GPT4RoI.Contracts.Keys;
using GPT4RoI.Gateway.Tests.Fixtures;
using Grpc.Core;

namespace GPT4RoI.Gateway.Tests.Tenants;

/// <summary>What one tenant owns does not exist for another: same status, same reason, same words as for an id that nobody has.</summary>
public sealed class IsolationTests(Backend backend) : IAsyncLifetime
{
    private GatewayHost? _gateway;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Client A => new(_gateway!.WithKey("key-a"));

    private Client B => new(_gateway!.WithKey("key-b"));

    public async ValueTask InitializeAsync() => _gateway = await GatewayHost.StartAsync(backend, ApiKeys.For(("key-a", "tenant-a"), ("key-b", "tenant-b")));

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }
    }

    [Fact]
    public async Task Images_OfAnotherTenant_AreLikeNone()
    {
        var mine = await A.Images.UploadAsync(Pictures.Unique(), Cancel);
        var nobodys = Convert.ToHexStringLower(new byte[32]);
        Func<string, Task>[] calls =
        [
            async id => await B.Images.GetImageAsync(new() { ImageId = id }, cancellationToken: Cancel),
            async id => await B.Images.DeleteImageAsync(new() { ImageId = id }, cancellationToken: Cancel),
            async id => await B.Conversations.CreateConversationAsync(new() { ImageId = id }, cancellationToken: Cancel),
            async id => await B.Regions.DescribeRegions(new() { ImageId = id, Regions = { Calls.Region(1, 0, 0, 1, 1) } }, cancellationToken: Cancel)
                .ResponseStream.MoveNext(Cancel),
        ];
        foreach (var call in calls)
        {
            await AssertAlikeAsync(call, mine.Id, nobodys);
        }
        Assert.Equal(mine.Id, (await A.Images.GetImageAsync(new() { ImageId = mine.Id }, cancellationToken: Cancel)).Image.Id);
    }

    [Fact]
    public async Task Conversations_OfAnotherTenant_AreLikeNone()
    {
        var image = await A.Images.UploadAsync(Pictures.Unique(), Cancel);
        var mine = (await A.Conversations.CreateConversationAsync(new() { ImageId = image.Id }, cancellationToken: Cancel)).Conversation.Id;
        var nobodys = mine[..^32] + new string('0', 32);
        Func<string, Task>[] calls =
        [
            async id => await B.Conversations.GetConversationAsync(new() { ConversationId = id }, cancellationToken: Cancel),
            async id => await B.Conversations.DeleteConversationAsync(new() { ConversationId = id }, cancellationToken: Cancel),
            async id => await B.Conversations.AskAsync(new() { ConversationId = id, Question = "What?" }, Cancel),
        ];
        foreach (var call in calls)
        {
            await AssertAlikeAsync(call, mine, nobodys);
        }
        Assert.Equal(mine, (await A.Conversations.GetConversationAsync(new() { ConversationId = mine }, cancellationToken: Cancel)).Conversation.Id);
        Assert.DoesNotContain((await B.Conversations.ListConversationsAsync(new(), cancellationToken: Cancel)).Conversations, listed => listed.Id == mine);
    }

    [Fact]
    public async Task UploadImage_SameBytesByTwoTenants_ShareNothing()
    {
        var file = Pictures.Unique();
        var (a, b) = (await A.Images.UploadAsync(file, Cancel), await B.Images.UploadAsync(file, Cancel));
        Assert.NotEqual(a.Id, b.Id);
        var (encodeA, encodeB) = (await EncodedAsync(a.Id), await EncodedAsync(b.Id));
        Assert.NotEqual(encodeA.Key, encodeB.Key);
        Assert.Equal(("tenant-a", "tenant-b"), (encodeA.Media.TenantId, encodeB.Media.TenantId));

        await A.Images.DeleteImageAsync(new() { ImageId = a.Id }, cancellationToken: Cancel);
        Assert.False(await backend.Store.KeyExistsAsync(GrainKeys.Media("tenant-a", a.Id)));
        Assert.True(await backend.Store.KeyExistsAsync(GrainKeys.Media("tenant-b", b.Id)));
    }

    private Task<(string Key, Contracts.Vision.MediaRef Media)> EncodedAsync(string imageId) =>
        backend.State.Encode(imageId).Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);

    private static async Task AssertAlikeAsync(Func<string, Task> call, string anothers, string nobodys)
    {
        var left = await Calls.FailsAsync(StatusCode.NotFound, () => call(anothers));
        var right = await Calls.FailsAsync(StatusCode.NotFound, () => call(nobodys));
        Assert.Equal(right.Status.Detail, left.Status.Detail);
        Assert.Equal(right.GetRpcStatus(), left.GetRpcStatus());
        Assert.NotNull(left.GetRpcStatus());
    }

    private sealed class Client(CallInvoker invoker)
    {
        public V1.ImageService.ImageServiceClient Images { get; } = new(invoker);

        public V1.ConversationService.ConversationServiceClient Conversations { get; } = new(invoker);

        public V1.RegionService.RegionServiceClient Regions { get; } = new(invoker);
    }
}
