using GPT4RoI.Gateway.Hosting;
using Grpc.Core;

namespace GPT4RoI.Gateway.Errors;

/// <summary>The outermost interceptor: whatever leaves a call that is not a status yet becomes one here, without the exception's text.</summary>
internal sealed partial class ErrorInterceptor(TimeProvider time, ILogger<ErrorInterceptor> logger) : CallInterceptor
{
    protected override async Task<T> AroundAsync<T>(ServerCallContext context, MethodType type, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (RpcException)
        {
            throw;
        }
        catch (ClusterErrorException refused) when (!context.CancellationToken.IsCancellationRequested)
        {
            throw refused.Error.ToRpcException();
        }
        catch (Exception) when (context.CancellationToken.IsCancellationRequested) // whatever broke, nobody is waiting for it any more
        {
            var deadline = time.GetUtcNow() >= context.Deadline;
            LogEnded(context.Method, deadline);
            throw deadline ? RpcErrors.DeadlineExceeded() : RpcErrors.Cancelled();
        }
        catch (Exception exception)
        {
            var error = Faults.ToClusterError(exception);
            if (error.Code == ErrorCode.Internal)
            {
                LogFault(exception, context.Method);
            }
            else
            {
                LogOutage(context.Method, error.Reason, exception.GetType().Name);
            }
            throw error.ToRpcException();
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Debug, Message = "{Method} ended early (by deadline: {ByDeadline})")]
    private partial void LogEnded(string method, bool byDeadline);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "{Method} failed")]
    private partial void LogFault(Exception exception, string method);

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "{Method}: {Reason} ({Exception})")]
    private partial void LogOutage(string method, string reason, string exception);
}
