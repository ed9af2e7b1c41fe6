using CsCheck;
using GPT4RoI.Engine.Requests;
using GPT4RoI.Engine.Scheduling;

namespace GPT4RoI.Engine.Tests.Scheduling;

public sealed class BlockPoolTests
{
    [Fact]
    public void TryAllocate_AllTaken_ReturnsFalse()
    {
        var pool = new BlockPool(2, 4);
        Assert.True(pool.TryAllocate(out var first) && pool.TryAllocate(out var second) && first != second);

        Assert.False(pool.TryAllocate(out _));
        Assert.Equal(2, pool.Used);
    }

    [Fact]
    public void TryAllocate_FreeCachedBlocks_ReusesTheLeastRecentlyReleased()
    {
        var pool = new BlockPool(3, 1);
        for (var i = 0; i < 3; i++)
        {
            pool.TryAllocate(out var block);
            pool.Publish(block, Hash(i), [i]);
        }
        foreach (var i in (int[])[1, 0, 2])
            pool.Release(Find(pool, i));

        pool.TryAllocate(out _);

        Assert.False(pool.TryFind(Hash(1), [1], out _));
        Assert.True(pool.TryFind(Hash(0), [0], out _));
        Assert.True(pool.TryFind(Hash(2), [2], out _));
    }

    [Fact]
    public void TryFind_SameHashOtherTokens_FindsNothing()
    {
        var pool = new BlockPool(1, 2);
        pool.TryAllocate(out var block);
        pool.Publish(block, Hash(7), [1, 2]);

        Assert.False(pool.TryFind(Hash(7), [1, 3], out _));
        Assert.True(pool.TryFind(Hash(7), [1, 2], out var found));
        Assert.Equal(block, found);
    }

    [Fact]
    public void Release_BlockWithoutOwner_Throws()
    {
        var pool = new BlockPool(1, 1);
        Assert.Throws<InvalidOperationException>(() => pool.Release(0));
    }

    /// <summary>Random operations against a model that keeps plain lists.</summary>
    [Fact]
    public void AnyOperations_AgreeWithAModelOfPlainLists() =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 9]).Array[0, 200].Sample(operations =>
        {
            var pool = new BlockPool(6, 1);
            var owned = new List<int>();
            var free = Enumerable.Range(0, 6).ToList();
            var published = new Dictionary<int, int>();
            foreach (var (operation, argument) in operations)
            {
                switch (operation)
                {
                    case 0:
                        Assert.Equal(free.Count > 0, pool.TryAllocate(out var block));
                        if (free.Count == 0)
                            break;
                        Assert.Equal(free[0], block);
                        free.RemoveAt(0);
                        foreach (var content in published.Where(entry => entry.Value == block).Select(entry => entry.Key).ToList())
                            published.Remove(content);
                        owned.Add(block);
                        break;
                    case 1 when owned.Count > 0:
                        var released = owned[argument % owned.Count];
                        pool.Release(released);
                        owned.Remove(released);
                        if (!owned.Contains(released))
                            free.Add(released);
                        break;
                    case 2 when owned.Count > 0:
                        var full = owned[argument % owned.Count];
                        pool.Publish(full, Hash(argument), [argument]);
                        if (!published.ContainsValue(full))
                            published.TryAdd(argument, full);
                        break;
                    case 3:
                        Assert.Equal(published.TryGetValue(argument, out var expected), pool.TryFind(Hash(argument), [argument], out var found));
                        if (!published.ContainsKey(argument))
                            break;
                        Assert.Equal(expected, found);
                        pool.Share(found);
                        free.Remove(found);
                        owned.Add(found);
                        break;
                    case 4:
                        pool.Forget(argument % 6);
                        foreach (var content in published.Where(entry => entry.Value == argument % 6).Select(entry => entry.Key).ToList())
                            published.Remove(content);
                        break;
                }
                Assert.Equal(free.Count, pool.Free);
                Assert.Equal(6, pool.Free + pool.Used);
                Assert.Equal(published.Count, pool.Cached);
                for (var i = 0; i < 6; i++)
                    Assert.Equal(owned.Count(block => block == i), pool.Owners(i));
            }
        });

    private static BlockHash Hash(int content) => new(new ContentKey((ulong)content, 0, 0, 0));

    private static int Find(BlockPool pool, int content) => pool.TryFind(Hash(content), [content], out var block) ? block : -1;
}
