using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace GPT4RoI.Gateway.Tests.Fixtures;

/// <summary>Short forms of calls, and of looking at how they failed.</summary>
internal static class Calls
{
    public static async Task<V1.Image> UploadAsync(this V1.ImageService.ImageServiceClient images, byte[] file, CancellationToken cancellationToken, int chunk = 64 * 1024)
    {
        using var call = images.UploadImage(cancellationToken: cancellationToken);
        try
        {
            foreach (var part in file.Chunk(chunk))
            {
                var write = call.RequestStream.WriteAsync(new() { Chunk = ByteString.CopyFrom(part) }, cancellationToken);
                if (await Task.WhenAny(write, call.ResponseAsync) != write)
                {
                    break; // a write may wait for ever for a server that has answered and reads no more
                }
                await write;
            }
            await call.RequestStream.CompleteAsync();
        }
        catch (Exception exception) when (exception is RpcException or InvalidOperationException)
        {
            // the server has ended the call already; the response says why
        }
        return (await call).Image;
    }

    public static async Task<V1.Conversation> StartAsync(this GatewayHost gateway, V1.Image image, CancellationToken cancellationToken) =>
        (await gateway.Conversations.CreateConversationAsync(new() { ImageId = image.Id }, cancellationToken: cancellationToken)).Conversation;

    public static async Task<List<V1.AskResponse>> AskAsync(
        this V1.ConversationService.ConversationServiceClient conversations, V1.AskRequest request, CancellationToken cancellationToken)
    {
        using var call = conversations.Ask(request, cancellationToken: cancellationToken);
        return await call.ResponseStream.ReadAllAsync(cancellationToken).ToListAsync(cancellationToken);
    }

    public static async Task<RpcException> FailsAsync(StatusCode code, Func<Task> call)
    {
        var exception = await Assert.ThrowsAsync<RpcException>(call);
        Assert.True(code == exception.StatusCode, $"expected {code}, got {exception.Status}");
        return exception;
    }

    public static async Task<RpcException> RefusesAsync(string field, Func<Task> call)
    {
        var exception = await FailsAsync(StatusCode.InvalidArgument, call);
        Assert.Equal(field, exception.Field());
        return exception;
    }

    public static string? Field(this RpcException exception) => exception.Detail<BadRequest>()?.FieldViolations.Single().Field;

    public static string? Reason(this RpcException exception) => exception.Detail<ErrorInfo>()?.Reason;

    public static T? Detail<T>(this RpcException exception) where T : class, IMessage<T>, new() => exception.GetRpcStatus()?.GetDetail<T>();

    public static V1.Region Region(uint id, double x1, double y1, double x2, double y2, V1.CoordinateSpace space = V1.CoordinateSpace.Normalized) =>
        new() { Id = id, Box = new() { X1 = x1, Y1 = y1, X2 = x2, Y2 = y2, Space = space } };
}
