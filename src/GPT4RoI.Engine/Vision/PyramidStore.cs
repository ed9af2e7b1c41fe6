using GPT4RoI.Engine.Caching;
using GPT4RoI.Engine.Requests;
using GPT4RoI.Model.Regions;

namespace GPT4RoI.Engine.Vision;

/// <summary>
/// The fused pyramids of recently used images, within a byte budget. Used by one thread, but for <see cref="Contains"/>. A pyramid evicted while a
/// batch uses it lives until that batch ends, so memory peaks at the budget and one batch's images.
/// </summary>
internal sealed class PyramidStore : IDisposable
{
    private readonly RegionModule _module;
    private readonly ByteBoundedCache<ContentKey, FusedPyramid> _cache;
    private readonly List<FusedPyramid> _evicted = [];
    private readonly Dictionary<ContentKey, FusedPyramid> _inUse = [];

    public PyramidStore(RegionModule module, long capacityBytes)
    {
        _module = module;
        _cache = new("pyramids", capacityBytes, static pyramid => pyramid.Bytes, _evicted.Add);
    }

    /// <summary>Whether the image's pyramid is held just now; from any thread.</summary>
    public bool Contains(ContentKey imageKey) => _cache.Contains(imageKey);

    /// <summary>The image's pyramid, fused now if it is not held; null if it would have to be fused from features that are not given.</summary>
    public FusedPyramid? Find(ContentKey imageKey, ImageFeatures? features)
    {
        if (!_inUse.TryGetValue(imageKey, out var pyramid) && !_cache.TryGet(imageKey, out pyramid) && features is not null)
        {
            pyramid = FusedPyramid.Create(_module, features);
            _cache.Add(imageKey, pyramid);
        }
        if (pyramid is not null)
        {
            _inUse[imageKey] = pyramid;
        }
        return pyramid;
    }

    /// <summary>The batch is over: what was evicted during it is freed.</summary>
    public void EndBatch()
    {
        _inUse.Clear();
        _evicted.ForEach(static pyramid => pyramid.Dispose());
        _evicted.Clear();
    }

    public void Dispose()
    {
        _cache.Dispose();
        EndBatch();
    }
}
