using System.Diagnostics.Metrics;
using GPT4RoI.Cluster.Tests.Processes;
using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Engine.Caching;
using GPT4RoI.Silo.Features;
using GPT4RoI.Silo.Grains;
using GPT4RoI.Silo.Tests.Support;
using GPT4RoI.Silo.Turns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace GPT4RoI.Silo.Tests.Turns;

public sealed class TurnRunnerTests(SiloFixture fixture)
{
    private const string Tenant = "tenant-a";
    private static readonly ConversationOptions Limits = new() { TurnDeadline = TimeSpan.FromMinutes(1) };

    private readonly FakeTimeProvider _time = new();
    private readonly List<TurnEvent> _events = [];

    [Fact]
    public async Task Run_DeadlinePassesWhileItAnswers_FailsAndFreesTheEngine()
    {
        var silo = await fixture.StartAsync();
        var plan = await PlanAsync(silo, 500);

        await Runner(silo).RunAsync(
            plan,
            (turnEvent, _) =>
            {
                _events.Add(turnEvent);
                if (_events.OfType<TurnTokens>().Count() == 1 && turnEvent is TurnTokens)
                {
                    _time.Advance(Limits.TurnDeadline);
                }
                return ValueTask.CompletedTask;
            },
            TestContext.Current.CancellationToken);

        Assert.Equal(("TURN_DEADLINE", ErrorCode.DeadlineExceeded), (_events.Error().Reason, _events.Error().Code));
        await IdleAsync(silo);
    }

    [Fact]
    public async Task Run_ReaderNeverReadsOn_EndsAtTheDeadline()
    {
        var silo = await fixture.StartAsync();
        var plan = await PlanAsync(silo, 501);
        var stuck = new TaskCompletionSource();

        var turn = Runner(silo).RunAsync(
            plan,
            async (turnEvent, token) =>
            {
                _events.Add(turnEvent);
                if (turnEvent is TurnTokens)
                {
                    stuck.TrySetResult();
                    await Task.Delay(Timeout.Infinite, token);
                }
            },
            TestContext.Current.CancellationToken);
        await stuck.Task;
        _time.Advance(Limits.TurnDeadline);
        await turn;

        Assert.Equal("TURN_DEADLINE", _events.Error().Reason);
        await IdleAsync(silo);
    }

    [Fact]
    public async Task Run_FeatureStoreIsGone_IsUnavailable()
    {
        var silo = await fixture.StartAsync();
        var plan = await PlanAsync(silo, 502);
        await using var nowhere = new RedisStore(
            Options.Create(new StoreOptions { Features = $"127.0.0.1:{FreePorts.Take(1)[0]},connectTimeout=200", Deadline = TimeSpan.FromSeconds(5) }), TimeProvider.System);
        using var local = new ByteBoundedCache<string, float[]>("test", 0, values => values.Length);
        var store = new FeatureStore(
            nowhere, silo.Model.Layout, local, Options.Create(new StoreOptions()), new FeatureInstruments(silo.Services.GetRequiredService<IMeterFactory>()),
            NullLogger<FeatureStore>.Instance);

        await Runner(silo, new FeatureSource(store, silo.Grains, silo.Keys), new MediaStore(nowhere)).RunAsync(
            plan,
            (turnEvent, _) =>
            {
                _events.Add(turnEvent);
                return ValueTask.CompletedTask;
            },
            TestContext.Current.CancellationToken);

        Assert.Equal(("STORE_UNAVAILABLE", ErrorCode.Unavailable), (_events.Error().Reason, _events.Error().Code));
    }

    private TurnRunner Runner(LiveSilo silo, FeatureSource? features = null, MediaStore? uploads = null) => new(
        silo.Model, features ?? silo.Services.GetRequiredService<FeatureSource>(), uploads ?? silo.Services.GetRequiredService<MediaStore>(), silo.Keys,
        Options.Create(Limits), _time, NullLogger<TurnRunner>.Instance);

    private static async Task<TurnPlan> PlanAsync(LiveSilo silo, int number)
    {
        var turn = Tiny.Turns("single", 451, 300)[0];
        var image = await silo.UploadAsync(Tenant, Tiny.Picture("cat_451x300.png"), number);
        return new TurnPlan($"test-{number}", Tenant, image, [], turn.Question, turn.NewRegions, Talk.Long);
    }

    private static Task IdleAsync(LiveSilo silo) => Poll.UntilAsync(
        "the engine is idle", () => Task.FromResult(silo.Model.Language.Engine.Snapshot is { Running: 0, Waiting: 0, BlocksUsed: 0 }),
        TestContext.Current.CancellationToken);
}
