namespace GPT4RoI.Contracts.Errors;

/// <summary>What kind of failure it is; the gateway maps each to one gRPC status.</summary>
public enum ErrorCode
{
    /// <summary>The request is wrong and will be wrong again; <see cref="ClusterError.Field"/> says where.</summary>
    InvalidArgument,

    /// <summary>Not there, or not this tenant's: the two are never told apart.</summary>
    NotFound,

    /// <summary>A limit or a full queue; <see cref="ClusterError.RetryAfter"/> says when to try again.</summary>
    ResourceExhausted,

    /// <summary>The state forbids it now, for example a second turn while one is running.</summary>
    FailedPrecondition,

    /// <summary>A role or the store cannot be reached; safe to retry.</summary>
    Unavailable,

    /// <summary>The work did not end in time.</summary>
    DeadlineExceeded,

    /// <summary>A bug or a fault of ours; details are in the server's log only.</summary>
    Internal,
}
