using GPT4RoI.Contracts.Errors;
using GPT4RoI.Gateway.Tenants;

namespace GPT4RoI.Gateway.Errors;

/// <summary>Tells errors over HTTP, in the shape that the clients of an API expect.</summary>
internal interface IErrorWriter
{
    /// <summary>Answers a request with an error, or ends the answer that has begun with it.</summary>
    Task WriteAsync(HttpResponse response, ClusterError error, CancellationToken cancellationToken);

    /// <summary>Answers somebody who has no valid key.</summary>
    Task WriteAsync(HttpResponse response, Stranger stranger, CancellationToken cancellationToken);
}
