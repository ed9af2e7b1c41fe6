using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Silo.Errors;
using GPT4RoI.Silo.Turns;

namespace GPT4RoI.Silo.Tests.Turns;

public sealed class RunningTurnTests
{
    private static readonly TurnFailed Last = new(SiloErrors.ConversationDeleted);

    [Fact]
    public async Task Events_NobodyReads_TheTurnWaitsAndDisposingEndsIt()
    {
        var emitted = 0;
        var ended = false;
        var turn = new RunningTurn(
            async (emit, ending) =>
            {
                try
                {
                    while (true)
                    {
                        await emit(new TurnProgress(TurnStage.Prefill), ending);
                        Interlocked.Increment(ref emitted);
                    }
                }
                finally
                {
                    ended = true;
                }
            },
            TestContext.Current.CancellationToken);

        Assert.InRange(emitted, 1, 1000);
        await turn.DisposeAsync();

        Assert.True(ended);
    }

    [Fact]
    public async Task End_WithUnreadEvents_TheyComeFirstAndThenTheLastOne()
    {
        await using var turn = new RunningTurn(
            async (emit, ending) =>
            {
                await emit(new TurnProgress(TurnStage.Queued), ending);
                await Task.Delay(Timeout.Infinite, ending);
            },
            TestContext.Current.CancellationToken);

        turn.End(Last);

        Assert.True(turn.IsEnding);
        Assert.Equal([new TurnProgress(TurnStage.Queued), Last], await ReadAsync(turn));
    }

    [Fact]
    public async Task Events_TurnFails_TheReaderSees()
    {
        await using var turn = new RunningTurn((_, _) => Task.FromException(new InvalidOperationException("broken")), TestContext.Current.CancellationToken);

        Assert.Equal("broken", (await Assert.ThrowsAsync<InvalidOperationException>(() => ReadAsync(turn))).Message);
    }

    private static async Task<List<TurnEvent>> ReadAsync(RunningTurn turn)
    {
        var events = new List<TurnEvent>();
        await foreach (var turnEvent in turn.EventsAsync(TestContext.Current.CancellationToken))
        {
            events.Add(turnEvent);
        }
        return events;
    }
}
