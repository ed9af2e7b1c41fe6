using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace GPT4RoI.Client.Tests.Fakes;

/// <summary>A clock that stands still until told, starts at the real time (deadlines cross the wire), and reports every wait that begins.</summary>
internal sealed class TimerProbe() : FakeTimeProvider(System.GetUtcNow())
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Channel<TimeSpan> _waits = Channel.CreateBounded<TimeSpan>(100);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero)
        {
            Assert.True(_waits.Writer.TryWrite(dueTime));
        }
        return timer;
    }

    /// <summary>Length of the next wait, as soon as it has begun.</summary>
    /// <exception cref="TimeoutException">None began: whoever should wait has failed, or goes on without.</exception>
    public Task<TimeSpan> NextWaitAsync(CancellationToken cancellationToken) =>
        _waits.Reader.ReadAsync(cancellationToken).AsTask().WaitAsync(Patience, cancellationToken);
}
