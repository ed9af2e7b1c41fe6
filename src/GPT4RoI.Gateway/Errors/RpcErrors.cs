using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using GPT4RoI.Contracts.Errors;
using Grpc.Core;

namespace GPT4RoI.Gateway.Errors;

/// <summary>
/// Failures as values to gRPC statuses with google.rpc details: ErrorInfo always, BadRequest for a field, RetryInfo where a retry can help.
/// </summary>
internal static class RpcErrors
{
    /// <summary>ErrorInfo.domain of every error.</summary>
    public const string Domain = "gpt4roi";

    private static readonly TimeSpan DefaultRetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>The status code of a kind of failure.</summary>
    public static Code ToRpcCode(this ErrorCode code) => code switch
    {
        ErrorCode.InvalidArgument => Code.InvalidArgument,
        ErrorCode.NotFound => Code.NotFound,
        ErrorCode.ResourceExhausted => Code.ResourceExhausted,
        ErrorCode.FailedPrecondition => Code.FailedPrecondition,
        ErrorCode.Unavailable => Code.Unavailable,
        ErrorCode.DeadlineExceeded => Code.DeadlineExceeded,
        _ => Code.Internal,
    };

    /// <summary>The exception that ends a call with this error.</summary>
    public static RpcException ToRpcException(this ClusterError error)
    {
        List<IMessage> details = [];
        if (error.Field is { } field)
        {
            details.Add(new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = field, Description = error.Message } } });
        }
        if (error.RetryAfter is not null || error.Code is ErrorCode.ResourceExhausted or ErrorCode.Unavailable)
        {
            details.Add(new RetryInfo { RetryDelay = Duration.FromTimeSpan(error.RetryAfter ?? DefaultRetryAfter) });
        }
        return Build(error.Code.ToRpcCode(), error.Reason, error.Message, details);
    }

    /// <summary>The caller has not shown a valid key.</summary>
    public static RpcException Unauthenticated(string reason, string message) => Build(Code.Unauthenticated, reason, message, []);

    /// <summary>The client went away.</summary>
    public static RpcException Cancelled() => Build(Code.Cancelled, "CANCELLED", "The call was cancelled.", []);

    /// <summary>The deadline that the client set has passed.</summary>
    public static RpcException DeadlineExceeded() => Build(Code.DeadlineExceeded, "DEADLINE", "The deadline of the call has passed.", []);

    /// <summary>Ends the call if there is an error.</summary>
    public static void ThrowIfFailed(this ClusterError? error)
    {
        if (error is not null)
        {
            Throw(error);
        }
    }

    /// <summary>The value, or the end of the call.</summary>
    public static T OrThrow<T>(this Outcome<T> outcome)
    {
        if (!outcome.TryGet(out var value, out var error))
        {
            Throw(error);
        }
        return value;
    }

    [DoesNotReturn]
    private static void Throw(ClusterError error) => throw new ClusterErrorException(error);

    private static RpcException Build(Code code, string reason, string message, IReadOnlyList<IMessage> details)
    {
        var status = new Google.Rpc.Status { Code = (int)code, Message = message };
        status.Details.Add(Any.Pack(new ErrorInfo { Domain = Domain, Reason = reason }));
        foreach (var detail in details)
        {
            status.Details.Add(Any.Pack(detail));
        }
        return status.ToRpcException();
    }
}
