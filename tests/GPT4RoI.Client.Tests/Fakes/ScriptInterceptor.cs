using Grpc.Core;
using Grpc.Core.Interceptors;

namespace GPT4RoI.Client.Tests.Fakes;

/// <summary>Notes every call and throws the failures that were scripted for it.</summary>
internal sealed class ScriptInterceptor(FakeGateway gateway) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        RunAsync(context, () => continuation(request, context));

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        RunAsync(context, () => continuation(requestStream, context));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        RunAsync(context, async () =>
        {
            await continuation(request, responseStream, context);
            return true;
        });

    private async Task<T> RunAsync<T>(ServerCallContext context, Func<Task<T>> work)
    {
        var method = context.Method.Split('/')[^1];
        gateway.Calls.Enqueue(new ReceivedCall(method, context.RequestHeaders.GetValue("authorization"), context.Deadline));
        var failure = gateway.TakeFailure(method);
        if (failure is { AfterWork: false })
        {
            throw failure.Exception;
        }
        var result = await work();
        return failure is null ? result : throw failure.Exception;
    }
}
