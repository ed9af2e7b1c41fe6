using GPT4RoI.Contracts.Errors;
using GPT4RoI.Engine.Requests;
using GPT4RoI.Engine.Vision;
using GPT4RoI.Model.Prompting;

namespace GPT4RoI.Silo.Errors;

/// <summary>The engine's refusals in the cluster's words.</summary>
internal static class EngineErrors
{
    private static readonly TimeSpan QueueRetry = TimeSpan.FromSeconds(1);

    /// <summary>A refused generation request. The engine's message names limit and value and holds nothing internal.</summary>
    public static ClusterError ToError(this Rejection rejection) => rejection.Kind switch
    {
        RejectionKind.Invalid => new(ErrorCode.InvalidArgument, "INVALID_GENERATION_REQUEST", rejection.Message, Field(rejection)),
        RejectionKind.TooLong => new(ErrorCode.InvalidArgument, "PROMPT_TOO_LONG", rejection.Message, Field(rejection)),
        RejectionKind.QueueFull => new(ErrorCode.ResourceExhausted, "ENGINE_QUEUE_FULL", rejection.Message, RetryAfter: QueueRetry),
        RejectionKind.Unavailable => new(ErrorCode.Unavailable, ClusterError.NodeStopping, "The language model is stopping.", RetryAfter: QueueRetry),
        _ => SiloErrors.Internal,
    };

    /// <summary>An end that is not an answer; null for one that is.</summary>
    public static ClusterError? ToError(this FinishReason reason) => reason switch
    {
        FinishReason.Stop or FinishReason.Length => null,
        FinishReason.TimedOut => new(ErrorCode.ResourceExhausted, "ENGINE_QUEUE_TIMEOUT", "The language model had no time for this request.", RetryAfter: QueueRetry),
        FinishReason.Interrupted or FinishReason.Cancelled =>
            new(ErrorCode.Unavailable, ClusterError.NodeStopping, "The language model is stopping.", RetryAfter: QueueRetry),
        _ => new(ErrorCode.Internal, "GENERATION_FAILED", "The answer could not be computed."),
    };

    /// <summary>A question that the prompt cannot take. Its fields are named as in the request.</summary>
    public static ClusterError ToError(this PromptFault fault) =>
        new(ErrorCode.InvalidArgument, Reason(fault.Kind), fault.Message, fault.Field.Replace("regions[", "new_regions[", StringComparison.Ordinal));

    /// <summary>A fault of image encoding or region extraction.</summary>
    public static ClusterError ToError(this VisionFault fault) => fault switch
    {
        VisionFault.Invalid => SiloErrors.ImageUndecodable,
        VisionFault.FeaturesMissing => SiloErrors.FeaturesLost,
        VisionFault.QueueFull => SiloErrors.VisionBusy,
        VisionFault.TimedOut => SiloErrors.VisionDeadline,
        VisionFault.Unavailable => SiloErrors.RoleUnavailable,
        _ => new(ErrorCode.Internal, "VISION_FAILED", "The image's features could not be computed."),
    };

    /// <summary>What the engine refuses about the prompt, the client can change in its question only.</summary>
    private static string Field(Rejection rejection) =>
        rejection.Field.StartsWith("sampling", StringComparison.Ordinal) ? rejection.Field : "question";

    private static string Reason(PromptFaultKind kind) => kind switch
    {
        PromptFaultKind.QuestionEmpty => "QUESTION_EMPTY",
        PromptFaultKind.RegionUnknown => "REGION_UNKNOWN",
        PromptFaultKind.RegionNotMentioned => "REGION_NOT_MENTIONED",
        PromptFaultKind.RegionDuplicate => "REGION_DUPLICATE",
        _ => "REGION_ID_INVALID",
    };
}
