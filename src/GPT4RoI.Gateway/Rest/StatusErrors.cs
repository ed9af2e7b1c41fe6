using System.Net.Mime;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using GPT4RoI.Contracts.Errors;
using GPT4RoI.Gateway.Errors;
using GPT4RoI.Gateway.Tenants;
using Grpc.Core;
using ErrorDetailsReflection = Google.Rpc.ErrorDetailsReflection;

namespace GPT4RoI.Gateway.Rest;

/// <summary>Errors as google.rpc.Status in JSON, with the HTTP statuses of google/rpc/code.proto: what transcoded calls answer, too.</summary>
internal sealed class StatusErrors : IErrorWriter
{
    /// <summary>What the details of an error may be.</summary>
    public static readonly TypeRegistry Details = TypeRegistry.FromFiles(ErrorDetailsReflection.Descriptor);

    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithTypeRegistry(Details));

    public Task WriteAsync(HttpResponse response, ClusterError error, CancellationToken cancellationToken) =>
        WriteAsync(response, (error with { Field = error.Field == "chunk" ? "body" : error.Field }).ToRpcException(), cancellationToken);

    public Task WriteAsync(HttpResponse response, Stranger stranger, CancellationToken cancellationToken)
    {
        response.Headers.WWWAuthenticate = "Bearer";
        return WriteAsync(response, RpcErrors.Unauthenticated(stranger.Reason, stranger.Message), cancellationToken);
    }

    private static Task WriteAsync(HttpResponse response, RpcException error, CancellationToken cancellationToken)
    {
        response.StatusCode = HttpStatusOf(error.StatusCode);
        response.ContentType = MediaTypeNames.Application.Json;
        return response.WriteAsync(Formatter.Format(error.GetRpcStatus()), cancellationToken);
    }

    private static int HttpStatusOf(StatusCode code) => code switch
    {
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition => StatusCodes.Status400BadRequest,
        StatusCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        StatusCode.NotFound => StatusCodes.Status404NotFound,
        StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        StatusCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        StatusCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status500InternalServerError,
    };
}
