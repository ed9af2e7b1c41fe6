using GPT4RoI.Engine.Requests;
using GPT4RoI.Engine.Tests.Execution;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using static GPT4RoI.Engine.Tests.Scheduling.Requests;

namespace GPT4RoI.Engine.Tests;

public sealed class LlmEngineTests : IDisposable
{
    private const int Plenty = 10_000;

    private readonly FakeRunner _fake = new();
    private readonly FakeTimeProvider _time = new();
    private readonly GatedRunner _gated;

    public LlmEngineTests() => _gated = new GatedRunner(_fake);

    public void Dispose()
    {
        _gated.Dispose();
        _fake.Dispose();
    }

    [Fact]
    public async Task TrySubmit_FromManyThreads_EachGetsItsOwnTokens()
    {
        GenerationRequest[] requests =
            [.. Enumerable.Range(0, 40).Select(i => Of([30 + i, 31, 32], 5 + (i % 7), tenant: $"t{i % 4}", salt: (ulong)(i % 4), id: $"r{i}"))];
        await using var engine = Start();
        _gated.Permit(Plenty);

        var results = await Task.WhenAll(requests.Select(request => Task.Run(() => Generation.ReadAsync(Submit(engine, request)))));

        using var reference = new EngineHarness(new FakeRunner());
        foreach (var (expected, actual) in (await reference.RunAsync(requests)).Zip(results))
            Assert.Equal(expected.Tokens, actual.Tokens);
    }

    [Fact]
    public async Task TrySubmit_WhileAStepComputes_DoesNotWaitForIt()
    {
        await using var engine = Start();
        Submit(engine, Of([30], 2));
        await _gated.EnteredAsync();

        Submit(engine, Of([40], 2));

        Assert.Equal(1, engine.Snapshot.Waiting);
        _gated.Permit(Plenty);
    }

    [Fact]
    public async Task Read_Cancelled_IsComputedInNoFurtherStep()
    {
        await using var engine = Start();
        using var cancellation = new CancellationTokenSource();
        var events = Submit(engine, Of([30], 100, id: "cancelled")).GetAsyncEnumerator(cancellation.Token);
        _gated.Permit(1);
        Assert.True(await events.MoveNextAsync());
        await _gated.EnteredAsync();
        await _gated.EnteredAsync(); // the second step has been scheduled, with this request

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (await events.MoveNextAsync())
            {
            }
        });
        _gated.Permit(Plenty);
        await Generation.ReadAsync(Submit(engine, Of([40], 5)));

        Assert.Equal(2, _fake.Executed.Count(step => step.Sequences.Any(chunk => chunk.Sequence.Request.RequestId == "cancelled")));
    }

    [Fact]
    public async Task DisposeAsync_RequestsSubmitted_LetsThemFinishAndRefusesNewOnes()
    {
        var engine = Start();
        var stream = Submit(engine, Of([30], 6));
        await _gated.EnteredAsync();

        var disposal = engine.DisposeAsync();
        Assert.False(engine.TrySubmit(Of([40], 1), out _, out var rejection));
        _gated.Permit(Plenty);
        await disposal;

        Assert.Equal(RejectionKind.Unavailable, rejection.Kind);
        Assert.Equal((FinishReason.Length, 6), await ReasonAndTokens(stream));
        Assert.True(_fake.Disposed);
    }

    [Fact]
    public async Task DisposeAsync_DrainTakesTooLong_InterruptsTheRest()
    {
        var engine = Start();
        var stream = Submit(engine, Of([30], 100));
        await _gated.EnteredAsync();

        var disposal = engine.DisposeAsync();
        _time.Advance(TimeSpan.FromSeconds(10));
        _gated.Permit(Plenty);
        await disposal;

        Assert.Equal(FinishReason.Interrupted, (await Generation.ReadAsync(stream)).Reason);
        Assert.Equal((0, 0, 0), (engine.Snapshot.Running, engine.Snapshot.Waiting, engine.Snapshot.BlocksUsed));
    }

    [Fact]
    public async Task Loop_BookkeepingBreaks_InterruptsEverybodyAndAcceptsNoMore()
    {
        await using var engine = Start();
        _gated.OwesLogits = true;
        var stream = Submit(engine, Of([30], 6));
        _gated.Permit(Plenty);

        Assert.Equal(FinishReason.Interrupted, (await Generation.ReadAsync(stream)).Reason);
        Assert.False(engine.IsAccepting);
        Assert.False(engine.TrySubmit(Of([40], 1), out _, out var rejection));
        Assert.Equal(RejectionKind.Unavailable, rejection.Kind);
    }

    private LlmEngine Start() =>
        new(new LlmEngineOptions(), _gated, EngineHarness.Tokenizer, "###", _time, NullLogger<LlmEngine>.Instance);

    private static GenerationStream Submit(LlmEngine engine, GenerationRequest request)
    {
        Assert.True(engine.TrySubmit(request, out var stream, out var rejection), rejection?.Message);
        return stream;
    }

    private static async Task<(FinishReason Reason, int Tokens)> ReasonAndTokens(GenerationStream stream)
    {
        var result = await Generation.ReadAsync(stream);
        return (result.Reason, result.Tokens.Length);
    }
}
