using System.Threading.RateLimiting;
using Microsoft.Extensions.Logging;

namespace GPT4RoI.Engine.Vision;

/// <summary>
/// Decodes and preprocesses images off the request threads, few at a time, so that a flood of uploads takes neither all cores nor the memory of more
/// than <see cref="VisionOptions.MaxDecodes"/> decoded images.
/// </summary>
public sealed partial class DecodePool : IDisposable
{
    private readonly ConcurrencyLimiter _limiter;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile bool _disposed;

    /// <param name="options">Validated limits.</param>
    /// <param name="time">The clock of the deadline.</param>
    /// <param name="logger">For failures.</param>
    public DecodePool(VisionOptions options, TimeProvider time, ILogger<DecodePool> logger)
    {
        (_timeout, _time, _logger) = (options.DecodeTimeout, time, logger);
        _limiter = new(new()
        {
            PermitLimit = options.MaxDecodes,
            QueueLimit = options.MaxQueuedDecodes,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
    }

    /// <summary>Runs <paramref name="decode"/> when there is room.</summary>
    /// <param name="decode">Decodes and preprocesses one image. What it throws is logged and fails this image alone.</param>
    /// <param name="cancellationToken">Ends the wait. A decoder under way cannot be stopped: it keeps its place until it is done.</param>
    /// <returns>Its outcome, or: queue full, timed out, failed, stopping.</returns>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async ValueTask<VisionOutcome<T>> RunAsync<T>(Func<VisionOutcome<T>> decode, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_timeout, _time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            var place = await _limiter.AcquireAsync(1, ending.Token).ConfigureAwait(false);
            if (!place.IsAcquired)
            {
                return _disposed ? VisionFault.Unavailable : VisionFault.QueueFull;
            }
            return await Task.Run(() => Decode(decode, place), CancellationToken.None).WaitAsync(ending.Token).ConfigureAwait(false);
        }
        catch (ObjectDisposedException) when (_disposed)
        {
            return VisionFault.Unavailable;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return VisionFault.TimedOut;
        }
    }

    /// <summary>Refuses what waits. Decoders under way end by themselves.</summary>
    public void Dispose()
    {
        _disposed = true;
        _limiter.Dispose();
    }

    private VisionOutcome<T> Decode<T>(Func<VisionOutcome<T>> decode, RateLimitLease place)
    {
        using (place)
        {
            try
            {
                return decode();
            }
            catch (Exception exception)
            {
                LogFailure(exception);
                return VisionFault.Failed;
            }
        }
    }

    [LoggerMessage(EventId = 310, EventName = "ImageDecodeFailed", Level = LogLevel.Warning, Message = "An image could not be decoded")]
    private partial void LogFailure(Exception exception);
}
