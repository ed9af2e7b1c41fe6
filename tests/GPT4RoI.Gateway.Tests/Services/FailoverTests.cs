using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Contracts.Errors;
using GPT4RoI.Contracts.Images;
using GPT4RoI.Contracts.Regions;
using GPT4RoI.Contracts.Sampling;
using GPT4RoI.Gateway.Cluster;
using GPT4RoI.Gateway.Hosting;
using GPT4RoI.Gateway.Services;
using GPT4RoI.Gateway.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace GPT4RoI.Gateway.Tests.Services;

public sealed class FailoverTests : IDisposable
{
    private static readonly TurnProgress Queued = new(TurnStage.Queued), Prefill = new(TurnStage.Prefill);
    private static readonly TurnTokens Hello = Answers.Tokens[0], World = Answers.Tokens[1];
    private static readonly Exception Lost = new SiloUnavailableException("10.0.0.7:11111 is gone");
    private static readonly TurnFailed Stopping = Failed(ErrorCode.Unavailable, ClusterError.NodeStopping);

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly GatewayInstruments _instruments;
    private readonly ImpatientTime _time = new();
    private readonly ScriptedGrain _grain = new();

    public FailoverTests() => _instruments = new(_services.GetRequiredService<IMeterFactory>());

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task Stream_NodeIsLost_AnotherGoesOnAfterWhatTheReaderHas()
    {
        using var failovers = new MetricCollector<long>(_services.GetRequiredService<IMeterFactory>(), GatewayInstruments.MeterName, "gpt4roi.gateway.failovers");
        _grain.Attempts.Enqueue([Queued, Prefill, Hello, Lost]);
        _grain.Attempts.Enqueue([Lost]);
        _grain.Attempts.Enqueue([Queued, Prefill, World, Stopping]);
        _grain.Attempts.Enqueue([Queued, Prefill, Answers.Finished]);

        var events = await ReadAsync();

        Assert.Equal<TurnEvent>([Queued, Prefill, Hello, World, Answers.Finished], events);
        Assert.Equal(3, failovers.GetMeasurementSnapshot().Sum(failover => failover.Value));
        Assert.Equal(["", "17", "17", "17,4,5"], _grain.Asked.Select(asked => string.Join(',', asked.Relayed.TokenIds)));
        Assert.Equal([(0, 0), (1, 7), (1, 7), (3, 13)], _grain.Asked.Select(asked => (asked.Relayed.Tokens, asked.Relayed.TextBytes))); // two letters take two bytes
        Assert.Single(_grain.Asked.Select(asked => (asked.TurnId, asked.Question)).Distinct());
    }

    [Fact]
    public async Task Stream_NodeIsLostAmongTheStages_EachStageIsToldOnce()
    {
        _grain.Attempts.Enqueue([Queued, Lost]);
        _grain.Attempts.Enqueue([Queued, Prefill, Hello, Answers.Finished]);

        Assert.Equal<TurnEvent>([Queued, Prefill, Hello, Answers.Finished], await ReadAsync());
    }

    [Fact]
    public async Task Stream_NothingHasBegun_FailsAtOnce()
    {
        _grain.Attempts.Enqueue([Lost]);

        await Assert.ThrowsAsync<SiloUnavailableException>(() => ReadAsync());

        Assert.Single(_grain.Asked);
    }

    [Fact]
    public async Task Stream_FaultThatIsNoOutage_FailsAtOnce()
    {
        _grain.Attempts.Enqueue([Queued, Hello, new InvalidOperationException()]);

        await Assert.ThrowsAsync<InvalidOperationException>(() => ReadAsync());

        Assert.Single(_grain.Asked);
    }

    [Theory]
    [InlineData(ErrorCode.Unavailable)]
    [InlineData(ErrorCode.ResourceExhausted)]
    public async Task Stream_TurnFailsForAReasonOfItsOwn_IsPassedOn(ErrorCode code)
    {
        var store = Failed(code, "OF_ITS_OWN");
        _grain.Attempts.Enqueue([Queued, store]);

        Assert.Equal<TurnEvent>([Queued, store], await ReadAsync());
        Assert.Single(_grain.Asked);
    }

    [Theory]
    [InlineData(ErrorCode.Unavailable)]
    [InlineData(ErrorCode.ResourceExhausted)]
    public async Task Stream_OtherNodesAreNotReadyYet_IsAskedUntilTheyAre(ErrorCode code)
    {
        _grain.Attempts.Enqueue([Queued, Hello, Lost]);
        _grain.Attempts.Enqueue([Queued, Failed(code, "NOT_YET")]);
        _grain.Attempts.Enqueue([Queued, World, Answers.Finished]);

        Assert.Equal<TurnEvent>([Queued, Hello, World, Answers.Finished], await ReadAsync());
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(5, 9)] // after pauses of 0.1, 0.2, 0.4, 0.8 and four times 1 s
    public async Task Stream_NoNodeGoesOn_FailsWhenItsTimeIsUp(int patience, int attempts)
    {
        _grain.Attempts.Enqueue([Queued, Hello, Lost]);
        _grain.Otherwise = [Lost];

        await Assert.ThrowsAsync<SiloUnavailableException>(() => ReadAsync(patience));

        Assert.Equal(attempts, _grain.Asked.Count);
    }

    [Fact]
    public async Task Stream_ReaderLeavesWhileNoNodeGoesOn_Ends()
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        _grain.Attempts.Enqueue([Queued, Hello, Lost]);
        _grain.Otherwise = [Lost];
        _time.StandsStill = true;
        var answer = new ResumableAnswer(_grain, new AskRequest("What?", [], new SamplingSettings()));
        await using var events = Of(30).StreamAsync(answer, leaving.Token).GetAsyncEnumerator(leaving.Token);
        Assert.True(await events.MoveNextAsync());
        Assert.True(await events.MoveNextAsync());

        var next = events.MoveNextAsync();
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
    }

    [Fact]
    public async Task Stream_DescriptionsLoseTheirNode_OnlyWhatHasNotEndedIsAskedAgain()
    {
        var box = new RegionBox(0, 0, 1, 1);
        var request = new DescribeRequest("local", new ImageDescriptor("i", "h", 8, 8, "image/png", 1, DateTimeOffset.UnixEpoch), [new(1, box), new(2, box), new(3, box)], "What is <region>?", new SamplingSettings());
        var describer = new ScriptedDescriber();
        describer.Attempts.Enqueue([new RegionEvent(1, Hello), new RegionEvent(2, Hello), new RegionEvent(1, Answers.Finished), Lost]);
        describer.Attempts.Enqueue(
            [new RegionEvent(2, World), new RegionEvent(3, Hello), new RegionEvent(2, Answers.Finished), new RegionEvent(3, Answers.Finished)]);
        var stream = new ResumableDescriptions(describer, request);

        var events = await Of(30).StreamAsync(stream, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

        Assert.True(stream.HasEnded);
        Assert.Equal(
            [(1, Hello), (2, Hello), (1, Answers.Finished), (2, World), (3, Hello), (2, Answers.Finished), (3, Answers.Finished)],
            events.Select(happened => (happened.RegionId, happened.Event)));
        Assert.Equal([2, 3], describer.Asked[1].Regions.Select(region => region.Id));
        Assert.Equal((7, 0), (describer.Asked[1].Relayed[2].TextBytes, describer.Asked[1].Relayed[3].TextBytes));
    }

    private static TurnFailed Failed(ErrorCode code, string reason) => new(new ClusterError(code, reason, "It failed."));

    private Failover Of(int patience) => new(
        Options.Create(new ClusterOptions { FailoverTimeout = TimeSpan.FromSeconds(patience) }), _instruments, _time, NullLogger<Failover>.Instance);

    private Task<List<TurnEvent>> ReadAsync(int patience = 30)
    {
        var answer = new ResumableAnswer(_grain, new AskRequest("What?", [], new SamplingSettings()) { TurnId = "t" });
        return Of(patience).StreamAsync(answer, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken).AsTask();
    }

    // Each attempt gives its events; an exception among them is thrown.
    private static async IAsyncEnumerable<TEvent> Play<TEvent>(object[] attempt, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where TEvent : class
    {
        foreach (var step in attempt)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            yield return step as TEvent ?? throw (Exception)step;
        }
    }

    // Passes only while somebody waits, and then at once.
    private sealed class ImpatientTime : TimeProvider
    {
        private long _now;

        public bool StandsStill { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (StandsStill || dueTime < TimeSpan.Zero)
            {
                return System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
            _now += dueTime.Ticks;
            return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private sealed class ScriptedGrain : IConversationGrain
    {
        public Queue<object[]> Attempts { get; } = [];

        public object[] Otherwise { get; set; } = [];

        public List<AskRequest> Asked { get; } = [];

        public IAsyncEnumerable<TurnEvent> AskAsync(AskRequest request, CancellationToken cancellationToken)
        {
            Asked.Add(request);
            return Play<TurnEvent>(Attempts.TryDequeue(out var attempt) ? attempt : Otherwise, cancellationToken);
        }

        public Task<Outcome<ConversationInfo>> CreateAsync(ImageDescriptor image, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Outcome<ConversationInfo>> GetAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> DeleteAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private sealed class ScriptedDescriber : IDescriberGrain
    {
        public Queue<object[]> Attempts { get; } = [];

        public List<DescribeRequest> Asked { get; } = [];

        public IAsyncEnumerable<RegionEvent> DescribeAsync(DescribeRequest request, CancellationToken cancellationToken)
        {
            Asked.Add(request);
            return Play<RegionEvent>(Attempts.Dequeue(), cancellationToken);
        }
    }
}
