using System.Text.RegularExpressions;
using CsCheck;
using GPT4RoI.Cli.Bench.Serve;

namespace GPT4RoI.Cli.Tests.Bench.Serve;

public sealed partial class ServePlanTests
{
    private static readonly ServeWorkload Workload = new()
    {
        Requests = 200,
        Concurrency = 16,
        Images = 8,
        Regions = 4,
        ImageReuse = 75,
        Turns = 2,
        OutputTokens = 32,
        Seed = 1,
    };

    private static readonly Gen<ServeWorkload> AnyWorkload = Gen.Select(Gen.Int[1, 60], Gen.Int[1, 9], Gen.Int[0, 8], Gen.Int[0, 100], Gen.Int[1, 5], Gen.Int)
        .Select((requests, images, regions, reuse, turns, seed) => Workload with
        {
            Requests = requests,
            Images = images,
            Regions = regions,
            ImageReuse = reuse,
            Turns = turns,
            Seed = seed,
        });

    [Fact]
    public void Create_AnyWorkload_KeepsToIt() => AnyWorkload.Sample(workload =>
    {
        var plan = ServePlan.Create(workload);
        Assert.Equal(workload.Requests, plan.Conversations.Sum(conversation => conversation.Turns.Count));
        Assert.All(plan.Conversations.SkipLast(1), conversation => Assert.Equal(workload.Turns, conversation.Turns.Count));
        Assert.InRange(plan.Conversations.Max(conversation => conversation.Image), 0, workload.Images - 1);
        Assert.All(plan.Conversations, conversation =>
        {
            Assert.Equal(Enumerable.Range(1, workload.Regions), Mentions(conversation.Turns[0]));
            Assert.All(conversation.Turns.Skip(1), turn => Assert.All(Mentions(turn), id => Assert.InRange(id, 1, workload.Regions)));
        });
        Assert.All(plan.Regions.SelectMany(regions => regions), region =>
            Assert.True(region is { X1: >= 0, Y1: >= 0, X2: <= 1, Y2: <= 1 } && region.X1 < region.X2 && region.Y1 < region.Y2));
    }, iter: 200);

    [Fact]
    public void Create_SameSeed_IsTheSamePlan() => AnyWorkload.Sample(workload =>
        Assert.Equal(Describe(ServePlan.Create(workload)), Describe(ServePlan.Create(workload))), iter: 50);

    [Fact]
    public void Create_FullReuse_TakesOneImage() =>
        Assert.Equal([0], ServePlan.Create(Workload with { ImageReuse = 100 }).Conversations.Select(conversation => conversation.Image).Distinct());

    [Fact]
    public void Create_NoReuse_TakesFreshImagesAsLongAsThereAreAny() => Assert.Equal(
        Enumerable.Range(0, 8), ServePlan.Create(Workload with { ImageReuse = 0 }).Conversations.Take(8).Select(conversation => conversation.Image));

    [Fact]
    public void Create_ReuseOf75Percent_IsMetWhereImagesSuffice() => Assert.InRange(
        ServePlan.Create(Workload with { Requests = 20_000, Images = 10_000 }).ImageReuseShare, 0.74, 0.76);

    [Fact]
    public void Create_OpenLoop_StartsQuestionsAtTheRateOnAverage()
    {
        var plan = ServePlan.Create(Workload with { Requests = 40_000, Turns = 2, Rate = 50 });

        var starts = plan.Conversations.Select(conversation => conversation.Start.TotalSeconds).ToArray();
        Assert.Equal(starts.Order(), starts);
        Assert.Equal(0, starts[0]);
        Assert.InRange(40_000 / starts[^1], 49, 51);
        // arrivals of a Poisson process: the share of gaps above their mean is 1/e
        var gaps = starts.Skip(1).Zip(starts, (later, earlier) => later - earlier).ToArray();
        Assert.InRange(gaps.Count(gap => gap > gaps.Average()) / (double)gaps.Length, 0.358, 0.378);
    }

    private static int[] Mentions(PlannedTurn turn) => [.. Mention().Matches(turn.Question).Select(match => int.Parse(match.Groups[1].Value))];

    private static string Describe(ServePlan plan) => string.Join('\n', plan.Conversations.Zip(plan.Regions, (conversation, regions) =>
        $"{conversation.Image} {conversation.Start} {string.Join(' ', conversation.Turns)} {string.Join(' ', regions)}"));

    [GeneratedRegex("<region([0-9]+)>")]
    private static partial Regex Mention();
}
