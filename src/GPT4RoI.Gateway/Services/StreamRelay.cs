using GPT4RoI.Gateway.Admission;
using GPT4RoI.Gateway.Errors;
using GPT4RoI.Gateway.Hosting;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace GPT4RoI.Gateway.Services;

/// <summary>
/// Passes a grain's stream on to the client, one event at a time: a client that reads slowly slows the grain. Cancelling, the client's
/// deadline and <see cref="AdmissionOptions.MaxTurnDuration"/> all reach the grain through its enumerator.
/// </summary>
internal sealed class StreamRelay(Failover failover, IOptions<AdmissionOptions> options, GatewayInstruments instruments, TimeProvider time)
{
    private readonly TimeSpan _limit = options.Value.MaxTurnDuration;

    /// <summary>Relays until the stream ends.</summary>
    /// <param name="stream">The grain's.</param>
    /// <param name="pass">Passes an event on to the client; may end the answer by throwing.</param>
    /// <param name="caller">The client has gone, or its deadline has passed.</param>
    public async Task RunAsync<TEvent>(IResumable<TEvent> stream, Func<TEvent, CancellationToken, Task> pass, CancellationToken caller)
    {
        var began = time.GetTimestamp();
        string? error = null;
        instruments.StreamOpened();
        try
        {
            await RelayAsync(stream, pass, caller);
        }
        catch (Exception exception)
        {
            error = (exception as RpcException)?.StatusCode.ToString()
                ?? (caller.IsCancellationRequested ? nameof(StatusCode.Cancelled) : Faults.ToClusterError(exception).Code.ToString());
            throw;
        }
        finally
        {
            instruments.StreamClosed(time.GetElapsedTime(began), error);
        }
    }

    private async Task RelayAsync<TEvent>(IResumable<TEvent> stream, Func<TEvent, CancellationToken, Task> pass, CancellationToken caller)
    {
        using var limit = new CancellationTokenSource(_limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(caller, limit.Token);
        try
        {
            await foreach (var happened in failover.StreamAsync(stream, either.Token))
            {
                await pass(happened, either.Token);
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !caller.IsCancellationRequested)
        {
            throw new ClusterErrorException(new(ErrorCode.DeadlineExceeded, "TURN_TIMEOUT", $"The answer took longer than {_limit.TotalSeconds} s."));
        }
    }
}
