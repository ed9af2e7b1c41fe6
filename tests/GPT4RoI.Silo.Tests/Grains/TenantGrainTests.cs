using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Contracts.Errors;
using GPT4RoI.Silo.Tests.Support;

namespace GPT4RoI.Silo.Tests.Grains;

public sealed class TenantGrainTests(SiloFixture fixture)
{
    [Fact]
    public async Task List_PageByPage_NewestFirstEachOnce()
    {
        var tenant = await FillAsync(5);
        var pages = new List<ConversationPage>();
        do
        {
            pages.Add(await tenant.ListAsync(2, pages.Count == 0 ? "" : pages[^1].NextPageToken, TestContext.Current.CancellationToken));
        }
        while (pages[^1].NextPageToken.Length > 0);

        Assert.Equal([["c-5", "c-4"], ["c-3", "c-2"], ["c-1"]], pages.Select(page => page.Entries.Select(entry => entry.ConversationId)));
    }

    [Fact]
    public async Task List_EntryOfTheTokenWasDeleted_HidesNothing()
    {
        var tenant = await FillAsync(4);
        var first = await tenant.ListAsync(2, "", TestContext.Current.CancellationToken);
        Assert.True(await tenant.RemoveAsync(first.NextPageToken, TestContext.Current.CancellationToken));

        var next = await tenant.ListAsync(10, first.NextPageToken, TestContext.Current.CancellationToken);

        Assert.Superset(new HashSet<string> { "c-1", "c-2" }, next.Entries.Select(entry => entry.ConversationId).ToHashSet());
    }

    [Fact]
    public async Task Add_BeyondTheLimit_NamesIt()
    {
        var silo = await fixture.StartAsync();
        var tenant = silo.Grains.GetGrain<ITenantGrain>($"tenant-{Guid.NewGuid():n}");
        Outcome<bool> last = true;
        for (var number = 1; number <= 21; number++)
        {
            last = await AddAsync(tenant, number);
        }

        Assert.Equal("TOO_MANY_CONVERSATIONS", last.Error?.Reason);
        Assert.Contains("20", last.Error!.Message, StringComparison.Ordinal);
        Assert.True(await tenant.RemoveAsync("c-1", TestContext.Current.CancellationToken));
        Assert.Null((await AddAsync(tenant, 21)).Error);
    }

    [Fact]
    public async Task Add_SameEntryTwice_IsThereOnce()
    {
        var tenant = await FillAsync(1);
        Assert.Null((await AddAsync(tenant, 1)).Error);

        Assert.Single((await tenant.ListAsync(10, "", TestContext.Current.CancellationToken)).Entries);
        Assert.True(await tenant.RemoveAsync("c-1", TestContext.Current.CancellationToken));
        Assert.False(await tenant.RemoveAsync("c-1", TestContext.Current.CancellationToken));
    }

    private async Task<ITenantGrain> FillAsync(int count)
    {
        var silo = await fixture.StartAsync();
        var tenant = silo.Grains.GetGrain<ITenantGrain>($"tenant-{Guid.NewGuid():n}");
        for (var number = 1; number <= count; number++)
        {
            Assert.Null((await AddAsync(tenant, number)).Error);
        }
        return tenant;
    }

    private static Task<Outcome<bool>> AddAsync(ITenantGrain tenant, int number) => tenant.AddAsync(
        new ConversationEntry($"c-{number}", "image", DateTimeOffset.UnixEpoch.AddMinutes(number)), TestContext.Current.CancellationToken);
}
