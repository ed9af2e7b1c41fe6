using GPT4RoI.Contracts.Errors;

namespace GPT4RoI.Gateway.Services;

/// <summary>A stream without its last event is a bug of ours; a client must not take it for a short answer.</summary>
internal static class StreamEnds
{
    public static readonly ClusterError TooEarly = new(ErrorCode.Internal, "STREAM_ENDED", "The answer ended without its last event.");
}
