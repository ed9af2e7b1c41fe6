using CsCheck;
using GPT4RoI.Engine.Requests;
using GPT4RoI.Engine.Scheduling;

namespace GPT4RoI.Engine.Tests.Scheduling;

/// <summary>Random requests, cancellations and failures on random small engines; every invariant is checked after every step.</summary>
public sealed class SchedulerPropertyTests
{
    private sealed record Arrival(int Step, int Tenant, int Family, int Prompt, int Output, bool WithImage, int CancelAfter);

    private static readonly Gen<SchedulerOptions> Options =
        from blockSize in Gen.Int[1, 4]
        from blocks in Gen.Int[6, 24]
        from sequences in Gen.Int[1, 6]
        from budget in Gen.Int[0, 20]
        from quota in Gen.Int[3, 24]
        select new SchedulerOptions(sequences, sequences + budget, 1000, blocks, blockSize, Math.Min(blocks, quota));

    private static readonly Gen<Arrival> Arrivals =
        from step in Gen.Int[0, 30]
        from tenant in Gen.Int[0, 2]
        from family in Gen.Int[0, 1]
        from prompt in Gen.Int[1, 40]
        from output in Gen.Int[1, 12]
        from withImage in Gen.Bool
        from cancelAfter in Gen.Int[0, 60]
        select new Arrival(step, tenant, family, prompt, output, withImage, cancelAfter);

    private int _preemptions;
    private int _hits;
    private int _chunks;

    [Fact]
    public void AnyRequests_InvariantsHoldAndEverySequenceEnds()
    {
        Gen.Select(Options, Arrivals.Array[1, 25]).Sample(Simulate, iter: 1500);

        Assert.True(_preemptions > 100 && _hits > 100 && _chunks > 100, $"{_preemptions} preemptions, {_hits} hits, {_chunks} chunks");
    }

    private void Simulate(SchedulerOptions options, Arrival[] arrivals)
    {
        var scheduler = new Scheduler(options);
        var kv = new KvModel(options.Blocks, options.BlockSize);
        var alive = new Dictionary<Sequence, Arrival>();
        var remaining = arrivals.Where(a => Scheduler.CanEverFit(options, a.Prompt + a.Output)).ToList();
        var accepted = remaining.Count;
        var ended = 0;
        // Even one sequence at a time, recomputed before each of its tokens, needs fewer steps than this.
        var limit = 31 + arrivals.Sum(a => (a.Prompt + a.Output) * (a.Output + 1));

        for (var step = 0; remaining.Count > 0 || alive.Count > 0; step++)
        {
            Assert.True(step < limit, "sequences do not end");
            foreach (var arrival in remaining.Where(a => a.Step <= step).ToList())
            {
                remaining.Remove(arrival);
                var sequence = ToSequence(accepted - remaining.Count, arrival);
                alive.Add(sequence, arrival);
                scheduler.Add(sequence);
            }
            foreach (var (sequence, _) in alive.Where(entry => entry.Value.CancelAfter == step).ToList())
                End(sequence, forget: false);

            var output = scheduler.Schedule();
            CheckStep(options, scheduler, output);
            Interlocked.Add(ref _preemptions, output.Preempted.Count);
            Interlocked.Add(ref _hits, output.Admitted.Count(sequence => sequence.CachedTokens > 0));
            Interlocked.Add(ref _chunks, output.Sequences.Count(chunk => !chunk.Samples));
            foreach (var chunk in output.Sequences)
            {
                var fingerprint = kv.Compute(chunk);
                scheduler.Update(chunk, chunk.Samples ? (int)(fingerprint % 50) : null);
                if (chunk.Sequence.Length == chunk.Sequence.MaxLength)
                    End(chunk.Sequence, forget: fingerprint % 7 == 0);
            }
            CheckBlocks(options, scheduler, alive.Keys);
        }
        Assert.Equal(accepted, ended);
        Assert.Equal(0, scheduler.Pool.Used);

        void End(Sequence sequence, bool forget)
        {
            scheduler.Finish(sequence, forget);
            alive.Remove(sequence);
            ended++;
        }
    }

    private static void CheckStep(SchedulerOptions options, Scheduler scheduler, SchedulerOutput output)
    {
        Assert.Equal(scheduler.HasWork, !output.IsEmpty);
        Assert.InRange(output.TotalTokens, 0, options.MaxBatchedTokens);
        Assert.Equal(output.TotalTokens, output.Sequences.Sum(chunk => chunk.Count));
        Assert.InRange(scheduler.Running.Count, 0, options.MaxSequences);
        Assert.Equal(scheduler.Queue.Waiting.Sum(sequence => (long)sequence.Length), scheduler.Queue.Tokens);
        Assert.Equal(output.Sequences.Count, output.Sequences.Select(chunk => chunk.Sequence).Distinct().Count());
        foreach (var chunk in output.Sequences)
        {
            Assert.True(chunk.Count > 0);
            Assert.Equal(SequenceStatus.Running, chunk.Sequence.Status);
            Assert.Equal(chunk.Sequence.ComputedTokens, chunk.Start);
            Assert.Equal(chunk.End == chunk.Sequence.Length, chunk.Samples);
            Assert.True(chunk.Sequence.Blocks.Count * options.BlockSize >= chunk.End);
        }
    }

    private static void CheckBlocks(SchedulerOptions options, Scheduler scheduler, IEnumerable<Sequence> alive)
    {
        var owners = new List<Sequence>[options.Blocks];
        foreach (var block in Enumerable.Range(0, options.Blocks))
            owners[block] = [];
        foreach (var sequence in alive)
        {
            Assert.True(sequence.Status == SequenceStatus.Running || sequence.Blocks.Count == 0);
            foreach (var block in sequence.Blocks.AsSpan())
                owners[block].Add(sequence);
        }

        Assert.Equal(options.Blocks, scheduler.Pool.Free + scheduler.Pool.Used);
        for (var block = 0; block < options.Blocks; block++)
        {
            Assert.Equal(owners[block].Count, scheduler.Pool.Owners(block));
            Assert.Equal(owners[block].Count, owners[block].Distinct().Count());
            Assert.True(owners[block].Select(sequence => sequence.Request.CacheSalt).Distinct().Count() <= 1, "shared across salts");
        }
        foreach (var tenant in owners.SelectMany((list, block) => list.Select(sequence => (sequence.TenantId, block))).Distinct().CountBy(pair => pair.TenantId))
            Assert.InRange(tenant.Value, 0, options.TenantBlocks);
    }

    // Prompts of one family share their beginning, images differ by family: hits, partial hits and near misses are all common.
    private static Sequence ToSequence(long id, Arrival arrival)
    {
        int[] prompt = [.. Enumerable.Range(0, arrival.Prompt).Select(i => i < 10 ? i : (arrival.Family * 100) + i)];
        var length = Math.Min(6, arrival.Prompt - 1);
        EmbeddingSpan[] spans = arrival.WithImage && length > 0
            ? [new EmbeddingSpan(1, length, SpanKind.Image, new ContentKey((ulong)arrival.Family, 0, 0, 0), default)]
            : [];
        var request = Requests.Of(prompt, arrival.Output, $"tenant-{arrival.Tenant}", (ulong)arrival.Tenant) with { Spans = spans };
        return new Sequence(id, request, arrival.Prompt + arrival.Output);
    }
}
