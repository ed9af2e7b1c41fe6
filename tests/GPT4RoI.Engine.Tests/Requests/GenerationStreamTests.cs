using GPT4RoI.Engine.Requests;

namespace GPT4RoI.Engine.Tests.Requests;

public sealed class GenerationStreamTests
{
    private static readonly GenerationFinished End =
        new(FinishReason.Stop, new GenerationUsage(1, 0, 3, 0), new GenerationTimings(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero));

    private int _cancellations;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_TokensNotTakenInTime_ComeAsOneEvent()
    {
        var stream = Create();
        stream.Post(new PrefillStarted(4));
        stream.Post(1, "a", new TokenLogprob(1, -1, []));
        stream.Post(2, "", new TokenLogprob(2, -2, []));
        stream.Post(3, "b", new TokenLogprob(3, -3, []));
        stream.Post(End);

        var events = await stream.ToListAsync(Token);

        Assert.Equal(3, events.Count);
        Assert.Equal(new PrefillStarted(4), events[0]);
        var tokens = Assert.IsType<TokensGenerated>(events[1]);
        Assert.Equal([1, 2, 3], tokens.TokenIds);
        Assert.Equal("ab", tokens.Text);
        Assert.Equal([-1f, -2f, -3f], tokens.Logprobs.Select(p => p.Logprob));
        Assert.Same(End, events[2]);
        Assert.Equal(0, _cancellations);
    }

    [Fact]
    public async Task Read_ReaderKeepsUp_GetsEveryTokenAtOnce()
    {
        var stream = Create();
        await using var events = stream.GetAsyncEnumerator(Token);
        for (var token = 0; token < 3; token++)
        {
            var next = events.MoveNextAsync();
            stream.Post(token, "x", null);
            Assert.True(await next);
            Assert.Equal([token], Assert.IsType<TokensGenerated>(events.Current).TokenIds);
        }
    }

    [Fact]
    public async Task Read_Left_CancelsOnce()
    {
        var stream = Create();
        stream.Post(1, "a", null);
        await foreach (var _ in stream.WithCancellation(Token))
            break;

        await stream.DisposeAsync();

        Assert.Equal(1, _cancellations);
    }

    [Fact]
    public async Task Read_TokenCancelled_ThrowsAndCancels()
    {
        var stream = Create();
        using var cancellation = new CancellationTokenSource();
        await using var events = stream.GetAsyncEnumerator(cancellation.Token);
        var next = events.MoveNextAsync();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
        Assert.Equal(1, _cancellations);
    }

    [Fact]
    public async Task DisposeAsync_NeverRead_Cancels()
    {
        await Create().DisposeAsync();
        Assert.Equal(1, _cancellations);
    }

    [Fact]
    public void Read_Twice_Throws()
    {
        var stream = Create();
        stream.GetAsyncEnumerator(Token);
        Assert.Throws<InvalidOperationException>(() => stream.GetAsyncEnumerator(Token));
    }

    private GenerationStream Create() => new(() => _cancellations++);
}
