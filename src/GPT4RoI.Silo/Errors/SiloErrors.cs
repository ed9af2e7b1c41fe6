using GPT4RoI.Contracts.Errors;

namespace GPT4RoI.Silo.Errors;

/// <summary>Every error that a silo hands out, in one place: stable reasons, fixed texts.</summary>
internal static class SiloErrors
{
    /// <summary>Reason of <see cref="StillWorking"/>.</summary>
    public const string StillWorkingReason = "STILL_WORKING";

    /// <summary>Between grains only: the work goes on, ask again. Keeps every grain call shorter than the response timeout.</summary>
    public static ClusterError StillWorking { get; } =
        new(ErrorCode.Unavailable, StillWorkingReason, "The work is still going on.", RetryAfter: TimeSpan.Zero);

    public static ClusterError ConversationNotFound { get; } =
        new(ErrorCode.NotFound, "CONVERSATION_NOT_FOUND", "There is no such conversation.", "conversation_id");

    public static ClusterError ConversationDeleted { get; } =
        new(ErrorCode.NotFound, "CONVERSATION_NOT_FOUND", "The conversation was deleted while it answered.", "conversation_id");

    public static ClusterError TurnInProgress { get; } =
        new(ErrorCode.FailedPrecondition, "TURN_IN_PROGRESS", "The conversation is answering another question.", "conversation_id");

    public static ClusterError TurnIdUsed { get; } =
        new(ErrorCode.InvalidArgument, "TURN_ID_USED", "Another question of this conversation has this turn_id.", "turn_id");

    public static ClusterError ImageGone { get; } =
        new(ErrorCode.NotFound, "IMAGE_NOT_FOUND", "The image is not stored any more; upload it again.", "image_id");

    public static ClusterError ImageUndecodable { get; } =
        new(ErrorCode.InvalidArgument, "IMAGE_UNDECODABLE", "The image cannot be decoded; it must be a whole PNG, JPEG or WebP file.", "image_id");

    /// <summary>The caller's key is not that of the stored image: another model, another tenant's image, or changed preprocessing.</summary>
    public static ClusterError FeatureKeyMismatch { get; } =
        new(ErrorCode.Unavailable, "MODEL_MISMATCH", "The nodes of the cluster serve different models.", RetryAfter: TimeSpan.FromSeconds(10));

    public static ClusterError StoreUnavailable { get; } =
        new(ErrorCode.Unavailable, "STORE_UNAVAILABLE", "The store does not answer.", RetryAfter: TimeSpan.FromSeconds(2));

    public static ClusterError RoleUnavailable { get; } =
        new(ErrorCode.Unavailable, "ROLE_UNAVAILABLE", "A part of the cluster cannot be reached.", RetryAfter: TimeSpan.FromSeconds(2));

    /// <summary>Features were computed again and again, and lost each time before they could be read.</summary>
    public static ClusterError FeaturesLost { get; } =
        new(ErrorCode.Unavailable, "FEATURES_LOST", "The image's features do not stay in the store.", RetryAfter: TimeSpan.FromSeconds(5));

    public static ClusterError Deadline { get; } =
        new(ErrorCode.DeadlineExceeded, "TURN_DEADLINE", "The answer did not end in time.");

    public static ClusterError VisionDeadline { get; } =
        new(ErrorCode.DeadlineExceeded, "VISION_DEADLINE", "The image was not encoded in time.", RetryAfter: TimeSpan.FromSeconds(5));

    public static ClusterError Internal { get; } =
        new(ErrorCode.Internal, "INTERNAL", "The server failed; its log says why.");

    public static ClusterError VisionBusy { get; } =
        new(ErrorCode.ResourceExhausted, "VISION_QUEUE_FULL", "Too many images are waiting to be encoded.", RetryAfter: TimeSpan.FromSeconds(1));

    /// <summary>A limit that the request itself exceeds.</summary>
    public static ClusterError OverLimit(ErrorCode code, string reason, string what, int limit, int value, string? field = null) =>
        new(code, reason, $"At most {limit} {what} are allowed; this would be {value}.", field);
}
