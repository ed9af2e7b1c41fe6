using System.Globalization;
using GPT4RoI.Contracts.Errors;
using GPT4RoI.Gateway.Admission;
using GPT4RoI.Gateway.Errors;
using GPT4RoI.Gateway.Tenants;

namespace GPT4RoI.Gateway.Hosting;

/// <summary>What every call over HTTP goes through that is not gRPC's, as those go through interceptors: errors, then who, then how much.</summary>
internal sealed partial class HttpDoor(TenantDirectory directory, AdmissionGate gate, ILogger<HttpDoor> logger)
{
    /// <summary>Runs a call for its tenant. What goes wrong is told by <paramref name="errors"/>.</summary>
    public async Task EnterAsync(HttpContext http, IErrorWriter errors, Func<Tenant, CancellationToken, Task> call)
    {
        var (response, aborted) = (http.Response, http.RequestAborted);
        response.Headers["x-request-id"] = http.TraceIdentifier;
        try
        {
            if (!directory.TryAuthenticate(http, out var tenant, out var stranger))
            {
                await errors.WriteAsync(response, stranger, aborted);
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
            await errors.WriteAsync(response, ErrorOf(exception, http.Request.Path), aborted);
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
        return error;
    }

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
