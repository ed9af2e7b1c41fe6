using System.Diagnostics.Metrics;
using CsCheck;
using GPT4RoI.Engine.Caching;

namespace GPT4RoI.Engine.Tests.Caching;

public sealed class ByteBoundedCacheTests
{
    private const long Overhead = ByteBoundedCache<int, int>.EntryOverhead;

    [Fact]
    public void AnyOperations_MatchAListInOrderOfUse()
    {
        var operation = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 7], Gen.Int[0, 2000]);

        Gen.Select(Gen.Int[0, 3000], operation.Array[0, 60]).Sample((capacity, operations) =>
        {
            var released = new List<int>();
            using var cache = new ByteBoundedCache<int, int>("test", capacity, size => size, released.Add);
            var model = new List<(int Key, int Size)>();
            var gone = new List<int>();
            foreach (var (kind, key, size) in operations)
            {
                var index = model.FindIndex(entry => entry.Key == key);
                if (kind == 0)
                {
                    Assert.Equal(index >= 0, cache.TryGet(key, out var value));
                    if (index >= 0)
                    {
                        Assert.Equal(model[index].Size, value);
                        model.Insert(0, model[index]);
                        model.RemoveAt(index + 1);
                    }
                }
                else if (kind == 1)
                {
                    Assert.Equal(index >= 0, cache.Remove(key));
                    Drop(index);
                }
                else
                {
                    cache.Add(key, size);
                    Drop(index);
                    model.Insert(0, (key, size));
                    Drop(size + Overhead > capacity ? 0 : -1);
                    while (Held() > capacity)
                    {
                        Drop(model.Count - 1);
                    }
                }
                Assert.Equal(Held(), cache.Bytes);
                Assert.Equal(model.Select(entry => entry.Key).Order(), Enumerable.Range(0, 8).Where(cache.Contains));
                Assert.Equal(gone, released);
            }

            void Drop(int index)
            {
                if (index >= 0)
                {
                    gone.Add(model[index].Size);
                    model.RemoveAt(index);
                }
            }

            long Held() => model.Sum(entry => entry.Size + Overhead);
        });
    }

    [Fact]
    public void Dispose_HeldValues_AreReleased()
    {
        var released = new List<int>();
        var cache = new ByteBoundedCache<string, int>("test", 1000, _ => 1, released.Add);
        cache.Add("a", 1);
        cache.Add("b", 2);

        cache.Dispose();

        Assert.Equal([1, 2], released.Order());
        Assert.Equal(0, cache.Bytes);
    }

    [Fact]
    public void ManyThreads_BudgetAlwaysHolds()
    {
        long released = 0;
        using var cache = new ByteBoundedCache<int, int>("test", 2000, size => size, size => Interlocked.Add(ref released, size));

        Parallel.For(0, 4, thread =>
        {
            var random = new Random(thread);
            for (var i = 0; i < 5000; i++)
            {
                cache.Add(random.Next(20), 100);
                cache.TryGet(random.Next(20), out _);
                Assert.InRange(cache.Bytes, 0, 2000);
            }
        });

        // Everything that was ever added either left or is still here.
        Assert.Equal(4 * 5000 * 100, released + (cache.Bytes / (100 + Overhead) * 100));
    }

    [Fact]
    public void TryGet_HitAndMiss_AreCountedUnderTheCachesName()
    {
        var lookups = new List<(object? Result, long Count)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "gpt4roi.cache.lookups")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            if (tags.Contains(new("cache", "counted")))
            {
                lookups.Add((tags[1].Value, count));
            }
        });
        listener.Start();
        using var cache = new ByteBoundedCache<int, int>("counted", 1000, _ => 1);
        cache.Add(1, 1);

        cache.TryGet(1, out _);
        cache.TryGet(2, out _);

        Assert.Equal([("hit", 1), ("miss", 1)], lookups);
    }
}
