using GPT4RoI.Contracts.Errors;
using GPT4RoI.Silo.Errors;
using GPT4RoI.Silo.Grains;
using Microsoft.Extensions.Time.Testing;

namespace GPT4RoI.Silo.Tests.Grains;

public sealed class SharedWorkTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly SharedWork<string> _work;
    private readonly TaskCompletionSource<Outcome<string>> _result = new();
    private int _runs;

    public SharedWorkTests() => _work = new SharedWork<string>(_time);

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task Join_ManyCallers_ShareOneRun()
    {
        var callers = Enumerable.Range(0, 100).Select(_ => JoinAsync()).ToList();
        _result.SetResult("done");

        Assert.All(await Task.WhenAll(callers), outcome => Assert.Equal("done", outcome.Value));
        Assert.Equal(1, _runs);
    }

    [Fact]
    public async Task Join_CallerLeaves_TheRunGoesOnForTheOthers()
    {
        using var leaving = new CancellationTokenSource();
        var first = JoinAsync(leaving.Token);
        var second = JoinAsync();

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        _result.SetResult("done");

        Assert.Equal("done", (await second).Value);
        Assert.Equal(1, _runs);
    }

    [Fact]
    public async Task Join_WorkTakesLong_CallerIsToldToAskAgainAndMeetsTheSameRun()
    {
        var patient = JoinAsync();
        _time.Advance(SharedWork.Patience);
        Assert.Equal(SiloErrors.StillWorkingReason, (await patient).Error!.Reason);

        var again = JoinAsync();
        _result.SetResult("done");

        Assert.Equal("done", (await again).Value);
        Assert.Equal(1, _runs);
    }

    [Theory]
    [InlineData(ErrorCode.InvalidArgument, 1)]
    [InlineData(ErrorCode.Internal, 1)]
    [InlineData(ErrorCode.Unavailable, 2)]
    [InlineData(ErrorCode.ResourceExhausted, 2)]
    [InlineData(ErrorCode.NotFound, 2)]
    public async Task Join_AfterAFailure_OnlyWhatMayPassIsTriedAgain(ErrorCode code, int runs)
    {
        _result.SetResult(new ClusterError(code, "REASON", "Message."));

        await JoinAsync();
        Assert.Equal(code, (await JoinAsync()).Error!.Code);

        Assert.Equal(runs, _runs);
    }

    [Fact]
    public async Task Join_LongAfterALastingFailure_TriesAgain()
    {
        _result.SetResult(new ClusterError(ErrorCode.InvalidArgument, "REASON", "Message."));
        await JoinAsync();
        _time.Advance(SharedWork.FailureMemory);

        await JoinAsync();

        Assert.Equal(2, _runs);
    }

    [Fact]
    public async Task End_WhileItRuns_CancelsTheRun()
    {
        var cancelled = new TaskCompletionSource();
        var join = _work.JoinAsync(
            async ending =>
            {
                using var registration = ending.Register(cancelled.SetResult);
                await cancelled.Task;
                return SiloErrors.RoleUnavailable;
            },
            TestContext.Current.CancellationToken);

        await _work.EndAsync();

        Assert.Equal(SiloErrors.RoleUnavailable, (await join).Error);
    }

    private Task<Outcome<string>> JoinAsync(CancellationToken? cancellationToken = null) => _work.JoinAsync(
        _ =>
        {
            _runs++;
            return _result.Task;
        },
        cancellationToken ?? TestContext.Current.CancellationToken);
}
