using GPT4RoI.Engine.Scheduling;
using static GPT4RoI.Engine.Tests.Scheduling.Requests;

namespace GPT4RoI.Engine.Tests.Scheduling;

public sealed class SchedulerTests
{
    private static readonly SchedulerOptions Roomy = new(
        MaxSequences: 8, MaxBatchedTokens: 32, MaxModelLength: 256, Blocks: 64, BlockSize: 4, TenantBlocks: 64);

    [Fact]
    public void Schedule_PromptLongerThanTheBudget_IsComputedInChunks()
    {
        var scheduler = new Scheduler(Roomy with { MaxBatchedTokens = 10 });
        var sequence = Sequence(1, promptLength: 25, maxTokens: 2);
        scheduler.Add(sequence);

        var chunks = Run(scheduler, steps: 4);

        Assert.Equal([(0, 10, false), (10, 10, false), (20, 5, true), (25, 1, true)], chunks.Select(c => (c.Start, c.Count, c.Samples)));
    }

    [Fact]
    public void Schedule_RunningAndWaiting_DecodesFirstAndFillsTheBudgetWithPrefill()
    {
        var scheduler = new Scheduler(Roomy with { MaxBatchedTokens = 8 });
        scheduler.Add(Sequence(1, 6, 4));
        Run(scheduler, steps: 1);
        scheduler.Add(Sequence(2, 20, 4, firstToken: 100));

        var output = scheduler.Schedule();

        Assert.Equal([(1L, 1), (2L, 7)], output.Sequences.Select(c => (c.Sequence.Id, c.Count)));
        Assert.Equal(8, output.TotalTokens);
    }

    [Fact]
    public void Schedule_SamePrefixSameSalt_StartsAfterTheCachedBlocks()
    {
        var scheduler = new Scheduler(Roomy);
        Finish(scheduler, Sequence(1, 18, 1));
        var second = Sequence(2, 18, 1);
        scheduler.Add(second);

        var chunk = Assert.Single(scheduler.Schedule().Sequences);

        Assert.Equal(16, chunk.Start);
        Assert.Equal(16, second.CachedTokens);
    }

    [Fact]
    public void Schedule_WholePromptCached_RecomputesItsLastBlock()
    {
        var scheduler = new Scheduler(Roomy);
        Finish(scheduler, Sequence(1, 16, 1));
        scheduler.Add(Sequence(2, 16, 1));

        var chunk = Assert.Single(scheduler.Schedule().Sequences);

        Assert.Equal((12, 4, true), (chunk.Start, chunk.Count, chunk.Samples));
    }

    [Fact]
    public void Schedule_SamePrefixOtherSalt_SharesNothing()
    {
        var scheduler = new Scheduler(Roomy);
        Finish(scheduler, Sequence(1, 18, 1, tenant: "a", salt: 1));
        var other = Sequence(2, 18, 1, tenant: "b", salt: 2);
        scheduler.Add(other);

        var chunk = Assert.Single(scheduler.Schedule().Sequences);

        Assert.Equal((0, 18), (chunk.Start, chunk.Count));
        Assert.Equal(0, other.CachedTokens);
    }

    [Fact]
    public void Schedule_OutOfBlocks_PreemptsTheNewestAndResumesItLater()
    {
        var scheduler = new Scheduler(Roomy with { Blocks = 5, TenantBlocks = 5 });
        var (older, newer) = (Sequence(1, 7, 9), Sequence(2, 3, 9, firstToken: 100));
        scheduler.Add(older);
        scheduler.Add(newer);

        while (newer.Preemptions == 0)
            Run(scheduler, steps: 1);

        Assert.Equal((SequenceStatus.Waiting, 0, 0), (newer.Status, newer.Blocks.Count, newer.ComputedTokens));
        Assert.Equal(0, older.Preemptions);
        RunToEnd(scheduler);
        Assert.Equal((older.MaxLength, newer.MaxLength), (older.Length, newer.Length));
    }

    [Fact]
    public void Schedule_TenantAtItsShare_WaitsWhileOthersAreAdmitted()
    {
        var scheduler = new Scheduler(Roomy with { TenantBlocks = 4 });
        scheduler.Add(Sequence(1, 10, 4, tenant: "a"));
        scheduler.Add(Sequence(2, 10, 4, tenant: "a", firstToken: 100));
        scheduler.Add(Sequence(3, 10, 4, tenant: "b", salt: 2));

        var output = scheduler.Schedule();

        Assert.Equal([1L, 3L], output.Sequences.Select(c => c.Sequence.Id));
    }

    [Fact]
    public void Schedule_MoreSequencesThanAllowed_LeavesTheRestWaiting()
    {
        var scheduler = new Scheduler(Roomy with { MaxSequences = 2 });
        for (var i = 1; i <= 3; i++)
            scheduler.Add(Sequence(i, 4, 4, firstToken: i * 100));

        Assert.Equal(2, scheduler.Schedule().Sequences.Count);
        Assert.Equal(1, scheduler.Queue.Count);
    }

    [Fact]
    public void Finish_RunningSequence_FreesItsBlocksAtOnce()
    {
        var scheduler = new Scheduler(Roomy);
        var sequence = Sequence(1, 10, 4);
        scheduler.Add(sequence);
        scheduler.Schedule();
        Assert.Equal(3, scheduler.Pool.Used);

        scheduler.Finish(sequence);

        Assert.Equal(0, scheduler.Pool.Used);
        Assert.False(scheduler.HasWork);
    }

    [Fact]
    public void Finish_WithForget_LeavesNothingToFind()
    {
        var scheduler = new Scheduler(Roomy);
        var poisoned = Sequence(1, 18, 2);
        scheduler.Add(poisoned);
        Run(scheduler, steps: 1);

        scheduler.Finish(poisoned, forget: true);

        Assert.Equal(0, scheduler.Pool.Cached);
    }

    [Theory]
    [InlineData(17, true)]
    [InlineData(18, false)]
    public void CanEverFit_LastTokenNeedsNoSlot(int maxLength, bool expected) =>
        Assert.Equal(expected, Scheduler.CanEverFit(Roomy with { Blocks = 4 }, maxLength));

    private static void Finish(Scheduler scheduler, Sequence sequence)
    {
        scheduler.Add(sequence);
        RunToEnd(scheduler);
    }

    private static List<ScheduledSequence> Run(Scheduler scheduler, int steps)
    {
        var chunks = new List<ScheduledSequence>();
        for (var i = 0; i < steps; i++)
        {
            var output = scheduler.Schedule();
            chunks.AddRange(output.Sequences);
            foreach (var chunk in output.Sequences)
                Advance(scheduler, chunk);
        }
        return chunks;
    }

    private static void RunToEnd(Scheduler scheduler)
    {
        while (scheduler.HasWork)
            Run(scheduler, steps: 1);
    }

    private static void Advance(Scheduler scheduler, ScheduledSequence chunk)
    {
        scheduler.Update(chunk, chunk.Samples ? 7 : null);
        if (chunk.Sequence.Length == chunk.Sequence.MaxLength)
            scheduler.Finish(chunk.Sequence);
    }
}
