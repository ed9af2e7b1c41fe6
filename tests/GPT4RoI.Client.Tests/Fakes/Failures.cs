using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace GPT4RoI.Client.Tests.Fakes;

/// <summary>Failures as a gateway sends them, with google.rpc details.</summary>
internal static class Failures
{
    public static RpcException Unavailable(TimeSpan? retryAfter = null) => Create(Code.Unavailable, "ENGINE_UNAVAILABLE", "No node can serve this.", retryAfter);

    public static RpcException Busy(TimeSpan? retryAfter = null) => Create(Code.ResourceExhausted, "QUEUE_FULL", "The queue is full.", retryAfter);

    public static RpcException NotFound(string message) => Create(Code.NotFound, "NOT_FOUND", message);

    public static RpcException Internal() => Create(Code.Internal, "INTERNAL", "The server failed.");

    public static RpcException Invalid(string field, string description) => Create(
        Code.InvalidArgument,
        "INVALID_REQUEST",
        description,
        null,
        new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = field, Description = description } } });

    private static RpcException Create(Code code, string reason, string message, TimeSpan? retryAfter = null, params IMessage[] further)
    {
        var status = new Google.Rpc.Status { Code = (int)code, Message = message };
        status.Details.Add(Any.Pack(new ErrorInfo { Reason = reason, Domain = "gpt4roi" }));
        if (retryAfter is { } delay)
        {
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = delay.ToDuration() }));
        }
        status.Details.Add(further.Select(Any.Pack));
        return status.ToRpcException();
    }
}
