using GPT4RoI.Engine.Caching;

namespace GPT4RoI.Engine.Tests.Caching;

public sealed class SingleFlightTests
{
    private readonly SingleFlight<int, string> _flights = new();
    private readonly TaskCompletionSource<string> _result = new();
    private readonly TaskCompletionSource _abandoned = new();
    private int _starts;

    [Fact]
    public async Task RunAsync_SameKeyAtTheSameTime_ComputesOnce()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var callers = Enumerable.Range(0, 5).Select(_ => _flights.RunAsync(1, Work, cancellationToken)).ToArray();

        _result.SetResult("value");

        Assert.All(await Task.WhenAll(callers), value => Assert.Equal("value", value));
        Assert.Equal(1, _starts);
    }

    [Fact]
    public async Task RunAsync_OtherKeyOrLater_ComputesAgain()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        _result.SetResult("value");

        await _flights.RunAsync(1, Work, cancellationToken);
        await _flights.RunAsync(1, Work, cancellationToken);
        await _flights.RunAsync(2, Work, cancellationToken);

        Assert.Equal(3, _starts);
    }

    [Fact]
    public async Task RunAsync_FirstCallerGivesUp_OthersStillGetTheValue()
    {
        using var first = new CancellationTokenSource();
        var givesUp = _flights.RunAsync(1, Work, first.Token);
        var stays = _flights.RunAsync(1, Work, TestContext.Current.CancellationToken);

        await first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givesUp);
        _result.SetResult("value");

        Assert.Equal("value", await stays);
        Assert.False(_abandoned.Task.IsCompleted);
    }

    [Fact]
    public async Task RunAsync_LastCallerGivesUp_CancelsTheWorkAndStartsAfreshNextTime()
    {
        using var only = new CancellationTokenSource();
        var givesUp = _flights.RunAsync(1, Work, only.Token);

        await only.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givesUp);

        await _abandoned.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal("fresh", await _flights.RunAsync(1, _ => ValueTask.FromResult("fresh"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task RunAsync_WorkThrows_EveryCallerSeesItAndTheKeyIsFree()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var callers = Enumerable.Range(0, 3).Select(_ => _flights.RunAsync(1, Work, cancellationToken)).ToArray();

        _result.SetException(new InvalidOperationException("store is down"));

        foreach (var caller in callers)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => caller);
        }
        Assert.Equal("fresh", await _flights.RunAsync(1, _ => ValueTask.FromResult("fresh"), cancellationToken));
    }

    private async ValueTask<string> Work(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _starts);
        try
        {
            return await _result.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _abandoned.SetResult();
            throw;
        }
    }
}
