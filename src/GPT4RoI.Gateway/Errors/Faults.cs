using GPT4RoI.Contracts.Errors;
using Orleans.Runtime.Messaging;
using StackExchange.Redis;

namespace GPT4RoI.Gateway.Errors;

/// <summary>What a client may know of an exception: whether to try again. Its text stays in the server's log.</summary>
internal static class Faults
{
    /// <summary>Outages are UNAVAILABLE, a body that cannot be read is the client's; what is not for the client to see is a bug of ours.</summary>
    public static ClusterError ToClusterError(Exception exception) => exception switch
    {
        ClusterErrorException { Error: var error } => error,
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            new(ErrorCode.InvalidArgument, "BODY_TOO_LARGE", "The body is larger than this server takes.", "body"),
        BadHttpRequestException => new(ErrorCode.InvalidArgument, "BODY", "The body cannot be read.", "body"),
        RedisConnectionException or RedisTimeoutException or RedisServerException =>
            new(ErrorCode.Unavailable, "STORE_UNAVAILABLE", "The store cannot be reached; try again."),
        OrleansMessageRejectionException or ClientNotAvailableException or ConnectionFailedException or GatewayTooBusyException =>
            new(ErrorCode.Unavailable, "CLUSTER_UNAVAILABLE", "No node can do this at the moment; try again."),
        EnumerationAbortedException or OperationCanceledException =>
            new(ErrorCode.Unavailable, "INTERRUPTED", "The node at work on this went away; try again."),
        TimeoutException =>
            new(ErrorCode.Unavailable, "CLUSTER_TIMEOUT", "The cluster did not answer in time; try again."),
        _ => new(ErrorCode.Internal, "INTERNAL", "Internal error."),
    };
}
