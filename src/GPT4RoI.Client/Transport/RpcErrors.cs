using System.Net.Sockets;
using Google.Rpc;
using Grpc.Core;

namespace GPT4RoI.Client.Transport;

/// <summary>Turns gRPC failures and their google.rpc details into the exceptions that callers see.</summary>
internal static class RpcErrors
{
    /// <summary>The reason that stands for "no connection could be made": the server has seen nothing of the call.</summary>
    public const string Unreachable = "SERVER_UNREACHABLE";

    /// <summary>An <see cref="OperationCanceledException"/> if the caller cancelled, else a <see cref="Gpt4RoiException"/>.</summary>
    public static Exception Translate(RpcException failure, CancellationToken cancellationToken)
    {
        if (failure.StatusCode == Grpc.Core.StatusCode.Cancelled && cancellationToken.IsCancellationRequested)
        {
            return new OperationCanceledException(failure.Status.Detail, failure, cancellationToken);
        }
        if (ConnectFailure(failure.Status.DebugException) is { } why)
        {
            return new Gpt4RoiException(failure.StatusCode, Unreachable, $"The server cannot be reached: {why}.", [], null, failure);
        }
        var details = failure.Trailers.GetRpcStatus(ignoreParseError: true);
        return new Gpt4RoiException(
            failure.StatusCode,
            details?.GetDetail<ErrorInfo>()?.Reason ?? "",
            failure.Status.Detail,
            Violations(details?.GetDetail<BadRequest>()),
            details?.GetDetail<RetryInfo>()?.RetryDelay?.ToTimeSpan(),
            failure);
    }

    /// <summary>The server said that all is well, but the answer has no end.</summary>
    public static Gpt4RoiException Incomplete() =>
        new(Grpc.Core.StatusCode.DataLoss, "ANSWER_INCOMPLETE", "The stream ended before the answer did.", [], null, null);

    private static FieldViolation[] Violations(BadRequest? details) =>
        [.. details?.FieldViolations.Select(violation => new FieldViolation(violation.Field, violation.Description)) ?? []];

    /// <summary>A channel reports a connection that it could not make as the socket's own failure; later ones come wrapped by HTTP.</summary>
    private static string? ConnectFailure(Exception? cause) => cause switch
    {
        SocketException => cause.Message,
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } => cause.Message,
        _ => null,
    };
}
