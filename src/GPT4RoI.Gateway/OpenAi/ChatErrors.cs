using System.Globalization;
using GPT4RoI.Contracts.Errors;
using GPT4RoI.Gateway.Errors;
using GPT4RoI.Gateway.Tenants;

namespace GPT4RoI.Gateway.OpenAi;

/// <summary>OpenAI's shape of an error.</summary>
internal sealed record ChatErrorBody(ChatError Error);

/// <summary>An error.</summary>
/// <param name="Message">One sentence for a person.</param>
/// <param name="Type">OpenAI's kind of error.</param>
/// <param name="Param">The field at fault.</param>
/// <param name="Code">Stable name for programs.</param>
internal sealed record ChatError(string Message, string Type, string? Param, string Code);

/// <summary>Failures as values to HTTP statuses and OpenAI's errors.</summary>
internal sealed class ChatErrors : IErrorWriter
{
    private static readonly TimeSpan DefaultRetryAfter = TimeSpan.FromSeconds(1);

    public Task WriteAsync(HttpResponse response, ClusterError error, CancellationToken cancellationToken)
    {
        var body = BodyOf(error);
        if (response.HasStarted) // it has its status already: only a stream begins before it ends
        {
            return ServerSentEvents.WriteAsync(response, body, cancellationToken);
        }
        response.StatusCode = StatusOf(error);
        if (error.RetryAfter is not null || error.Code is ErrorCode.ResourceExhausted or ErrorCode.Unavailable)
        {
            var wait = error.RetryAfter ?? DefaultRetryAfter;
            response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }
        return response.WriteAsJsonAsync(body, ChatJson.Options, cancellationToken);
    }

    public Task WriteAsync(HttpResponse response, Stranger stranger, CancellationToken cancellationToken)
    {
        response.StatusCode = StatusCodes.Status401Unauthorized;
        response.Headers.WWWAuthenticate = "Bearer";
        return response.WriteAsJsonAsync(
            new ChatErrorBody(new(stranger.Message, "invalid_request_error", null, stranger == Stranger.WithWrongKey ? "invalid_api_key" : Lower(stranger.Reason))),
            ChatJson.Options, cancellationToken);
    }

    private static ChatErrorBody BodyOf(ClusterError error) => new(new(
        error.Message,
        error.Code switch
        {
            ErrorCode.InvalidArgument or ErrorCode.NotFound or ErrorCode.FailedPrecondition => "invalid_request_error",
            ErrorCode.ResourceExhausted => "rate_limit_error",
            _ => "server_error",
        },
        FieldOf(error.Field),
        Lower(error.Code == ErrorCode.ResourceExhausted && error.Reason == "REQUEST_RATE" ? "RATE_LIMIT_EXCEEDED" : error.Reason)));

    // The cluster's names for what is elsewhere in a request of this kind.
    private static string? FieldOf(string? field) => field switch
    {
        "chunk" or "question" or "body" => "messages",
        _ when field?.StartsWith("new_regions", StringComparison.Ordinal) == true => field["new_".Length..],
        _ when field?.StartsWith("sampling.", StringComparison.Ordinal) == true => field["sampling.".Length..],
        _ => field,
    };

    private static int StatusOf(ClusterError error) => error.Code switch
    {
        ErrorCode.InvalidArgument when error.Reason is "IMAGE_TOO_LARGE" or "BODY_TOO_LARGE" => StatusCodes.Status413PayloadTooLarge,
        ErrorCode.InvalidArgument => StatusCodes.Status400BadRequest,
        ErrorCode.NotFound => StatusCodes.Status404NotFound,
        ErrorCode.FailedPrecondition => StatusCodes.Status409Conflict,
        ErrorCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        ErrorCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        ErrorCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status500InternalServerError,
    };

#pragma warning disable CA1308 // OpenAI's codes are lower-case
    private static string Lower(string reason) => reason.ToLowerInvariant();
#pragma warning restore CA1308
}
