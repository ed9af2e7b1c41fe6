using GPT4RoI.Engine.Scheduling;
using static GPT4RoI.Engine.Tests.Scheduling.Requests;

namespace GPT4RoI.Engine.Tests.Scheduling;

public sealed class FairQueueTests
{
    private static readonly HashSet<string> Nobody = [];

    [Fact]
    public void Next_OneTenantFloods_TheOtherDoesNotWaitForIt()
    {
        var queue = new FairQueue();
        for (var i = 1; i <= 100; i++)
            queue.Enqueue(Sequence(i, 4, 4, tenant: "flood"));
        Serve(queue, 10);
        queue.Enqueue(Sequence(101, 4, 4, tenant: "polite"));

        var served = Serve(queue, 2);

        Assert.Contains("polite", served.Select(sequence => sequence.TenantId));
    }

    [Fact]
    public void Enqueue_TenantComesBackFromIdleness_HasSavedUpNoCredit()
    {
        var queue = new FairQueue();
        queue.Charge("busy", 1000);
        queue.Enqueue(Sequence(1, 4, 4, tenant: "busy"));

        queue.Enqueue(Sequence(2, 4, 4, tenant: "idle"));

        Assert.Equal(1000, queue.CounterOf("idle"));
    }

    [Fact]
    public void Enqueue_NobodyWaits_LiftsToTheTenantThatLeftLast()
    {
        var queue = new FairQueue();
        var last = Sequence(1, 4, 4, tenant: "last");
        queue.Enqueue(last);
        queue.Remove(last);
        queue.Charge("last", 500);

        queue.Enqueue(Sequence(2, 4, 4, tenant: "new"));

        Assert.Equal(500, queue.CounterOf("new"));
    }

    [Fact]
    public void Enqueue_TenantWithDebt_KeepsIt()
    {
        var queue = new FairQueue();
        queue.Charge("greedy", 1000);
        queue.Enqueue(Sequence(1, 4, 4, tenant: "modest"));

        queue.Enqueue(Sequence(2, 4, 4, tenant: "greedy"));

        Assert.Equal(1000, queue.CounterOf("greedy"));
    }

    [Fact]
    public void Next_PreemptedSequences_PrecedeAllInTheOrderOfAdmission()
    {
        var queue = new FairQueue();
        queue.Enqueue(Sequence(9, 4, 4));
        queue.Requeue(Sequence(3, 4, 4));
        queue.Requeue(Sequence(2, 4, 4));

        Assert.Equal([2L, 3L, 9L], Serve(queue, 3).Select(sequence => sequence.Id));
    }

    [Fact]
    public void Charge_EndlessNewTenants_MemoryStaysBounded()
    {
        var queue = new FairQueue();
        for (var i = 0; i < 5 * FairQueue.RememberedTenants; i++)
            queue.Charge($"tenant-{i}", i);

        Assert.InRange(queue.Tenants, 1, FairQueue.RememberedTenants);
    }

    /// <summary>Theorem 4.4 of the paper: two backlogged tenants' service never differs by more than 2·max(w_p·L_input, w_q·M).</summary>
    [Theory]
    [InlineData(40, 4, 4, 40)]
    [InlineData(8, 8, 60, 2)]
    [InlineData(3, 30, 3, 3)]
    public void Schedule_TwoBackloggedTenants_ServiceStaysWithinTheBound(int promptA, int outputA, int promptB, int outputB)
    {
        const int MaxBatch = 128;
        var options = new SchedulerOptions(
            MaxSequences: 4, MaxBatchedTokens: 32, MaxModelLength: 256, Blocks: MaxBatch / 4, BlockSize: 4, TenantBlocks: MaxBatch / 4);
        var scheduler = new Scheduler(options);
        var service = new Dictionary<string, long> { ["a"] = 0, ["b"] = 0 };
        var bound = 2 * Math.Max(ServiceCost.Input * Math.Max(promptA, promptB), ServiceCost.Output * MaxBatch);
        var id = 0L;
        for (var step = 0; step < 2000; step++)
        {
            KeepBacklogged("a", promptA, outputA);
            KeepBacklogged("b", promptB, outputB);
            foreach (var chunk in scheduler.Schedule().Sequences)
            {
                if (chunk.Start == 0 && chunk.Sequence.Preemptions == 0)
                    service[chunk.Sequence.TenantId] += ServiceCost.Input * chunk.Sequence.Length;
                service[chunk.Sequence.TenantId] += chunk.Samples ? ServiceCost.Output : 0;
                scheduler.Update(chunk, chunk.Samples ? 1 : null);
                if (chunk.Sequence.Length == chunk.Sequence.MaxLength)
                    scheduler.Finish(chunk.Sequence);
            }
            Assert.InRange(Math.Abs(service["a"] - service["b"]), 0, bound);
        }
        Assert.True(Math.Min(service["a"], service["b"]) > 10 * bound, "not enough was served to show fairness");

        void KeepBacklogged(string tenant, int prompt, int output)
        {
            // A salt each: nothing is found in the cache.
            while (scheduler.Queue.Waiting.Count(sequence => sequence.TenantId == tenant) < 5)
                scheduler.Add(Sequence(id, prompt, output, tenant, salt: (ulong)id++));
        }
    }

    private static List<Sequence> Serve(FairQueue queue, int count)
    {
        var served = new List<Sequence>();
        while (served.Count < count && queue.Next(Nobody) is { } sequence)
        {
            queue.Remove(sequence);
            queue.Charge(sequence.TenantId, ServiceCost.Input * sequence.Length);
            served.Add(sequence);
        }
        return served;
    }
}
