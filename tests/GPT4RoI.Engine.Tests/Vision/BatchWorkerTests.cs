using CsCheck;
using GPT4RoI.Engine.Vision;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace GPT4RoI.Engine.Tests.Vision;

public sealed class BatchWorkerTests
{
    private const int Poison = -1;
    private static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(5);
    private static readonly BatchLimits Limits = new(MaxItems: 4, MaxCost: 100, MaxWait, MaxQueued: 1000);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SubmitAsync_FewerThanABatch_WaitsForTheMaximumWaitAndGoesTogether()
    {
        var time = new FakeTimeProvider();
        var squares = new Squares();
        using var worker = squares.Worker(Limits, time);

        var outcomes = Submit(worker, [1, 2, 3]);
        time.Advance(MaxWait - TimeSpan.FromTicks(1));
        Assert.DoesNotContain(outcomes, outcome => outcome.IsCompleted);
        time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal([1, 4, 9], (await Task.WhenAll(outcomes)).Select(outcome => outcome.Value));
        Assert.Equal([[1, 2, 3]], squares.Batches);
    }

    [Fact]
    public async Task SubmitAsync_FullBatch_DoesNotWaitForTheClock()
    {
        var squares = new Squares();
        using var worker = squares.Worker(Limits, new FakeTimeProvider());

        await Task.WhenAll(Submit(worker, [1, 2, 3, 4]));

        Assert.Equal([[1, 2, 3, 4]], squares.Batches);
    }

    [Fact]
    public async Task SubmitAsync_CostsAboveTheLimit_SplitTheBatchAndOversizedItemsGoAlone()
    {
        var squares = new Squares(isOpen: false);
        using var worker = squares.Worker(Limits with { MaxWait = TimeSpan.Zero, MaxCost = 10 }, TimeProvider.System);
        var outcomes = Submit(worker, [1], cost: 10);
        await squares.Entered.WaitAsync(Token);

        outcomes.AddRange(Submit(worker, [2, 3, 4], cost: 4));
        outcomes.AddRange(Submit(worker, [5], cost: 99));
        outcomes.AddRange(Submit(worker, [6, 7, 8, 9, 10], cost: 1));
        squares.Gate.Release(100);
        await Task.WhenAll(outcomes);

        Assert.Equal([[1], [2, 3], [4], [5], [6, 7, 8, 9], [10]], squares.Batches);
    }

    [Fact]
    public async Task SubmitAsync_RandomItems_EachGetsItsOwnOutcomeWithinTheLimits()
    {
        var submission = Gen.Select(Gen.Int[0, 1000], Gen.Int[1, 60], Gen.Bool);
        await Gen.Select(Gen.Int[1, 6], submission.Array[1, 40]).SampleAsync(
            async (maxItems, submissions) =>
            {
                var squares = new Squares();
                var limits = Limits with { MaxItems = maxItems, MaxWait = TimeSpan.FromMilliseconds(1) };
                using var worker = squares.Worker(limits, TimeProvider.System);

                var outcomes = await Task.WhenAll(submissions.Select(
                    async item => await worker.SubmitAsync(item.Item3 ? item.Item1 : Poison, item.Item2, Token)));

                Assert.Equal(
                    submissions.Select(item => item.Item3 ? (VisionFault.None, item.Item1 * item.Item1) : (VisionFault.Failed, 0)),
                    outcomes.Select(outcome => (outcome.Fault, outcome.Value)));
                Assert.All(squares.Batches, batch => Assert.InRange(batch.Length, 1, maxItems));
            },
            iter: 50);
    }

    [Fact]
    public async Task SubmitAsync_PoisonedItem_FailsAlone()
    {
        var squares = new Squares();
        using var worker = squares.Worker(Limits, new FakeTimeProvider());

        var outcomes = await Task.WhenAll(Submit(worker, [2, Poison, 3, 4]));

        Assert.Equal([VisionFault.None, VisionFault.Failed, VisionFault.None, VisionFault.None], outcomes.Select(outcome => outcome.Fault));
        Assert.Equal([4, 0, 9, 16], outcomes.Select(outcome => outcome.Value));
        Assert.Equal([[2, Poison, 3, 4], [2], [Poison], [3], [4]], squares.Batches);
    }

    [Fact]
    public async Task SubmitAsync_CancelledWhileQueued_IsNotComputed()
    {
        var squares = new Squares(isOpen: false);
        using var worker = squares.Worker(Limits with { MaxWait = TimeSpan.Zero }, TimeProvider.System);
        var first = Submit(worker, [1]);
        await squares.Entered.WaitAsync(Token);
        using var impatient = new CancellationTokenSource();
        var cancelled = worker.SubmitAsync(2, 1, impatient.Token).AsTask();
        var patient = Submit(worker, [3]);

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        squares.Gate.Release(2);
        await Task.WhenAll([.. first, .. patient]);

        Assert.Equal([[1], [3]], squares.Batches);
    }

    [Fact]
    public async Task SubmitAsync_CancelledWhileComputed_ReturnsAtOnce()
    {
        var squares = new Squares(isOpen: false);
        using var worker = squares.Worker(Limits with { MaxWait = TimeSpan.Zero }, TimeProvider.System);
        using var impatient = new CancellationTokenSource();
        var running = worker.SubmitAsync(1, 1, impatient.Token).AsTask();
        await squares.Entered.WaitAsync(Token);

        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        squares.Gate.Release(1);
    }

    [Fact]
    public async Task SubmitAsync_FullQueue_IsRefusedAndCancellingMakesRoom()
    {
        using var impatient = new CancellationTokenSource();
        using var worker = new Squares().Worker(Limits with { MaxQueued = 2 }, new FakeTimeProvider());
        var waiting = worker.SubmitAsync(1, 1, impatient.Token).AsTask();
        Submit(worker, [2]);

        Assert.Equal(VisionFault.QueueFull, (await worker.SubmitAsync(3, 1, Token)).Fault);

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.False(Submit(worker, [4])[0].IsCompleted);
    }

    [Fact]
    public async Task Dispose_WaitingItems_EndAsUnavailableAndSoDoLaterOnes()
    {
        var worker = new Squares().Worker(Limits, new FakeTimeProvider());
        var waiting = Submit(worker, [1, 2]);

        worker.Dispose();

        Assert.All(await Task.WhenAll(waiting), outcome => Assert.Equal(VisionFault.Unavailable, outcome.Fault));
        Assert.Equal(VisionFault.Unavailable, (await worker.SubmitAsync(3, 1, Token)).Fault);
    }

    private static List<Task<VisionOutcome<int>>> Submit(BatchWorker<int, int> worker, int[] values, int cost = 1) =>
        [.. values.Select(value => worker.SubmitAsync(value, cost, Token).AsTask())];

    /// <summary>Squares numbers, fails on the poison, remembers its batches. Closed, it computes one batch per release of the gate.</summary>
    private sealed class Squares(bool isOpen = true)
    {
        private readonly List<int[]> _batches = [];
        private int _threadId;

        public SemaphoreSlim Gate { get; } = new(isOpen ? int.MaxValue : 0);

        public SemaphoreSlim Entered { get; } = new(0);

        public IReadOnlyList<int[]> Batches => _batches;

        public BatchWorker<int, int> Worker(BatchLimits limits, TimeProvider time) => new("squares", limits, Compute, time, NullLogger.Instance);

        private IReadOnlyList<VisionOutcome<int>> Compute(IReadOnlyList<int> values)
        {
            Assert.True(Interlocked.CompareExchange(ref _threadId, Environment.CurrentManagedThreadId, 0) is var owner
                && (owner == 0 || owner == Environment.CurrentManagedThreadId));
            _batches.Add([.. values]);
            Entered.Release();
            Gate.Wait();
            return values.Contains(Poison)
                ? throw new InvalidOperationException("poisoned")
                : [.. values.Select(value => (VisionOutcome<int>)(value * value))];
        }
    }
}
