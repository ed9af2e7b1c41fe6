using GPT4RoI.Engine.Caching;
using GPT4RoI.Engine.Requests;
using GPT4RoI.Engine.Vision;
using TorchSharp;

namespace GPT4RoI.Engine.Tests.Vision;

public sealed class PyramidStoreTests(TinyVision vision) : IClassFixture<TinyVision>
{
    [Fact]
    public void Find_BeyondTheBudget_KeepsTheLatestAndFreesTheRestAfterTheBatch()
    {
        var features = vision.Features("cat_451x300");
        using var store = new PyramidStore(vision.Regions, Capacity(vision, 2));
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        var pyramids = Enumerable.Range(0, 4).Select(image => store.Find(Key(image), features)!).ToArray();

        Assert.Equal([false, false, true, true], Enumerable.Range(0, 4).Select(image => store.Contains(Key(image))));
        Assert.All(pyramids, pyramid => Assert.All(pyramid.Maps, map => Assert.False(map.IsInvalid)));
        Assert.Equal(before + (4 * 4), DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        store.EndBatch();
        Assert.Equal(before + (2 * 4), DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Find_SameImageTwiceInABatch_FusesOnceEvenIfNothingIsKept()
    {
        using var store = new PyramidStore(vision.Regions, capacityBytes: 0);
        var features = vision.Features("cat_451x300");

        Assert.Same(store.Find(Key(1), features), store.Find(Key(1), features));
        store.EndBatch();
        Assert.Null(store.Find(Key(1), null));
    }

    /// <summary>A budget for that many pyramids of the tiny model and not one more.</summary>
    internal static long Capacity(TinyVision vision, int pyramids)
    {
        var grid = vision.Config.Vision.Grid;
        var positions = Enumerable.Range(0, vision.Config.Regions.Levels).Sum(level => (grid << level) * (grid << level));
        return pyramids * ((positions * vision.Config.Regions.Channels * sizeof(float)) + ByteBoundedCache<ContentKey, FusedPyramid>.EntryOverhead);
    }

    private static ContentKey Key(int image) => new((ulong)image, 0, 0, 0);
}
