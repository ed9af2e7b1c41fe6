using System.Globalization;
using GPT4RoI.Contracts.Errors;
using GPT4RoI.Gateway.Admission;
using GPT4RoI.Gateway.Errors;
using GPT4RoI.Gateway.Tenants;

namespace GPT4RoI.Gateway.OpenAi;

/// <summary>What every call over HTTP goes through, as gRPC's go through interceptors: errors, then who, then how much.</summary>
internal sealed partial class OpenAiDoor(TenantDirectory directory, AdmissionGate gate, ILogger<OpenAiDoor> logger)
{
    /// <summary>Runs a call for its tenant.</summary>
    public async Task EnterAsync(HttpContext http, Func<Tenant, CancellationToken, Task> call)
    {
        var (response, aborted) = (http.Response, http.RequestAborted);
        response.Headers["x-request-id"] = http.TraceIdentifier;
        try
        {
            if (!directory.TryAuthenticate(http, out var tenant, out var stranger))
            {
                await ChatErrors.WriteAsync(response, stranger, aborted);
                return;
            }
            var refusal = gate.CountRequest(tenant.Id);
            Tell(response.Headers, gate.Allowance(tenant.Id));
            refusal.ThrowIfFailed();
            await call(tenant, aborted);
        }
        catch (Exception) when (aborted.IsCancellationRequested)
        {
            // whatever broke, nobody is waiting for it any more
        }
        catch (Exception exception)
        {
            await TellAsync(response, ErrorOf(exception, http.Request.Path), aborted);
        }
    }

    private ClusterError ErrorOf(Exception exception, string path)
    {
        var error = Faults.ToClusterError(exception);
        if (exception is not ClusterErrorException)
        {
            if (error.Code == ErrorCode.Internal)
            {
                LogFault(exception, path);
            }
            else
            {
                LogOutage(path, error.Reason, exception.GetType().Name);
            }
        }
        return error with { Field = FieldOf(error.Field) };
    }

    // The cluster's names for what is elsewhere in a request of this kind.
    private static string? FieldOf(string? field) => field switch
    {
        "chunk" or "question" => "messages",
        _ when field?.StartsWith("new_regions", StringComparison.Ordinal) == true => field["new_".Length..],
        _ when field?.StartsWith("sampling.", StringComparison.Ordinal) == true => field["sampling.".Length..],
        _ => field,
    };

    // An answer that has begun has its status already: only a stream begins before it ends.
    private static Task TellAsync(HttpResponse response, ClusterError error, CancellationToken cancellationToken) => response.HasStarted
        ? ServerSentEvents.WriteAsync(response, error.ToBody(), cancellationToken)
        : ChatErrors.WriteAsync(response, error, cancellationToken);

    private static void Tell(IHeaderDictionary headers, RequestAllowance allowance)
    {
        headers["x-ratelimit-limit-requests"] = allowance.Limit.ToString(CultureInfo.InvariantCulture);
        headers["x-ratelimit-remaining-requests"] = allowance.Remaining.ToString(CultureInfo.InvariantCulture);
        headers["x-ratelimit-reset-requests"] = string.Create(CultureInfo.InvariantCulture, $"{allowance.Reset.TotalSeconds:0.###}s");
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "{Path} failed")]
    private partial void LogFault(Exception exception, string path);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "{Path}: {Reason} ({Exception})")]
    private partial void LogOutage(string path, string reason, string exception);
}
