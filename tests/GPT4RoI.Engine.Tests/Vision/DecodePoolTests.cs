using GPT4RoI.Engine.Vision;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace GPT4RoI.Engine.Tests.Vision;

public sealed class DecodePoolTests : IDisposable
{
    private readonly SemaphoreSlim _gate = new(0);
    private readonly SemaphoreSlim _entered = new(0);
    private readonly FakeTimeProvider _time = new();
    private int _running, _peak;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_Flood_RunsAtMostTheLimitAndRefusesBeyondTheQueue()
    {
        using var pool = Pool(decodes: 2, queued: 3);

        var accepted = Enumerable.Range(0, 5).Select(value => Run(pool, value)).ToArray();
        var refused = await Task.WhenAll(Run(pool, 5), Run(pool, 6));
        await _entered.WaitAsync(Token);
        await _entered.WaitAsync(Token);
        _gate.Release(5);

        Assert.All(refused, outcome => Assert.Equal(VisionFault.QueueFull, outcome.Fault));
        Assert.Equal([0, 1, 2, 3, 4], (await Task.WhenAll(accepted)).Select(outcome => outcome.Value));
        Assert.Equal(2, _peak);
    }

    [Fact]
    public async Task RunAsync_DecoderThrows_FailsAloneAndFreesItsPlace()
    {
        using var pool = Pool(decodes: 1, queued: 0);

        Assert.Equal(VisionFault.Failed, (await pool.RunAsync<int>(() => throw new InvalidOperationException("bad codec"), Token)).Fault);

        _gate.Release();
        Assert.Equal(7, (await Run(pool, 7)).Value);
    }

    [Fact]
    public async Task RunAsync_PastTheDeadline_TimesOutRunningAndWaitingAndKeepsThePlaceOfTheRunning()
    {
        using var pool = Pool(decodes: 1, queued: 1);
        var running = Run(pool, 1);
        await _entered.WaitAsync(Token);
        var waiting = Run(pool, 2);

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(VisionFault.TimedOut, (await running).Fault);
        Assert.Equal(VisionFault.TimedOut, (await waiting).Fault);
        var next = Run(pool, 3);
        Assert.Equal(VisionFault.QueueFull, (await Run(pool, 4)).Fault);
        _gate.Release(2);
        Assert.Equal(3, (await next).Value);
        Assert.Equal(1, _peak);
    }

    [Fact]
    public async Task RunAsync_CallerGivesUp_IsCancelledAndNeverRun()
    {
        using var pool = Pool(decodes: 1, queued: 1);
        var running = Run(pool, 1);
        await _entered.WaitAsync(Token);
        using var impatient = new CancellationTokenSource();
        var ran = false;
        var waiting = pool.RunAsync<int>(() => { ran = true; return 2; }, impatient.Token).AsTask();

        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        _gate.Release();
        Assert.Equal(1, (await running).Value);
        Assert.False(ran);
    }

    [Fact]
    public async Task Dispose_Waiting_EndsAsUnavailable()
    {
        var pool = Pool(decodes: 1, queued: 1);
        var running = Run(pool, 1);
        await _entered.WaitAsync(Token);
        var waiting = Run(pool, 2);

        pool.Dispose();

        Assert.Equal(VisionFault.Unavailable, (await waiting).Fault);
        Assert.Equal(VisionFault.Unavailable, (await Run(pool, 3)).Fault);
        _gate.Release();
        Assert.Equal(1, (await running).Value);
    }

    public void Dispose()
    {
        _gate.Dispose();
        _entered.Dispose();
    }

    private DecodePool Pool(int decodes, int queued) => new(
        new() { MaxDecodes = decodes, MaxQueuedDecodes = queued, DecodeTimeout = TimeSpan.FromSeconds(10) }, _time, NullLogger<DecodePool>.Instance);

    private Task<VisionOutcome<int>> Run(DecodePool pool, int value) => pool.RunAsync<int>(
        () =>
        {
            var running = Interlocked.Increment(ref _running);
            InterlockedMax(ref _peak, running);
            _entered.Release();
            _gate.Wait(Token);
            Interlocked.Decrement(ref _running);
            return value;
        },
        Token).AsTask();

    private static void InterlockedMax(ref int location, int value)
    {
        while (Volatile.Read(ref location) is var seen && seen < value && Interlocked.CompareExchange(ref location, value, seen) != seen)
        {
        }
    }
}
