using Grpc.Core;
using Grpc.Core.Interceptors;

namespace GPT4RoI.Gateway.Hosting;

/// <summary>An interceptor that treats the four kinds of call alike.</summary>
internal abstract class CallInterceptor : Interceptor
{
    /// <summary>Runs around every call; <paramref name="call"/> is the rest of the pipeline.</summary>
    protected abstract Task<T> AroundAsync<T>(ServerCallContext context, MethodType type, Func<Task<T>> call);

    public sealed override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        AroundAsync(context, MethodType.Unary, () => continuation(request, context));

    public sealed override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        AroundAsync(context, MethodType.ClientStreaming, () => continuation(requestStream, context));

    public sealed override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        AroundAsync(context, MethodType.ServerStreaming, () => Finish(continuation(request, responseStream, context)));

    public sealed override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        AroundAsync(context, MethodType.DuplexStreaming, () => Finish(continuation(requestStream, responseStream, context)));

    private static async Task<bool> Finish(Task call)
    {
        await call;
        return true;
    }
}
