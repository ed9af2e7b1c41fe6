using System.Net;
using CsCheck;
using GPT4RoI.Silo.Placement;

namespace GPT4RoI.Silo.Tests.Placement;

public sealed class BoundedRendezvousTests
{
    private static readonly Gen<string> Tags = Gen.String[Gen.Char['a', 'z'], 1, 20];

    [Fact]
    public void Choose_SameTag_SameSiloInAnyOrder() => Gen.Select(Tags, Gen.Int[1, 8]).Sample((tag, count) =>
    {
        var silos = Silos(count);
        var chosen = BoundedRendezvous.Choose(tag, silos, _ => 0);
        Array.Reverse(silos);
        Assert.Equal(chosen, BoundedRendezvous.Choose(tag, silos, _ => 0));
    });

    [Fact]
    public void Choose_SiloLeaves_OnlyItsTagsMove() => Gen.Select(Tags, Gen.Int[2, 8]).Sample((tag, count) =>
    {
        var silos = Silos(count);
        var chosen = BoundedRendezvous.Choose(tag, silos, _ => 0);
        foreach (var leaving in silos.Where(silo => !silo.Equals(chosen)))
        {
            Assert.Equal(chosen, BoundedRendezvous.Choose(tag, [.. silos.Where(silo => !silo.Equals(leaving))], _ => 0));
        }
    });

    [Fact]
    public void Choose_SiloRestarts_ItGetsItsTagsBack() => Tags.Sample(tag =>
    {
        var before = BoundedRendezvous.Choose(tag, Silos(4), _ => 0);
        var after = BoundedRendezvous.Choose(tag, Silos(4, generation: 7), _ => 0);
        Assert.Equal(before.Endpoint, after.Endpoint);
    });

    [Fact]
    public void Choose_PreferredSiloIsOverloaded_TakesAnother()
    {
        var silos = Silos(3);
        var preferred = BoundedRendezvous.Choose("tag", silos, _ => 100);

        var busy = BoundedRendezvous.Choose("tag", silos, silo => silo.Equals(preferred) ? 1000 : 100);

        Assert.NotEqual(preferred, busy);
    }

    [Fact]
    public void Choose_AnyLoads_NoSiloPassesTheBound() => Gen.Select(Tags, Gen.Int[0, 2000].Array[1, 8]).Sample((tag, loads) =>
    {
        var silos = Silos(loads.Length);
        var load = silos.Zip(loads).ToDictionary(pair => pair.First, pair => pair.Second);
        var chosen = BoundedRendezvous.Choose(tag, silos, silo => load[silo]);
        Assert.True(load[chosen] <= (loads.Average() * 1.25) + 16);
    });

    [Fact]
    public void Choose_ManyTags_EverySiloGetsSome()
    {
        var silos = Silos(4);
        var chosen = Enumerable.Range(0, 400).CountBy(tag => BoundedRendezvous.Choose($"{tag:x8}", silos, _ => 0)).ToDictionary();

        Assert.Equal(4, chosen.Count);
        Assert.All(chosen.Values, count => Assert.InRange(count, 60, 140));
    }

    private static SiloAddress[] Silos(int count, int generation = 1) =>
        [.. Enumerable.Range(0, count).Select(index => SiloAddress.New(new IPEndPoint(IPAddress.Parse($"10.0.0.{index + 1}"), 11111), generation))];
}
