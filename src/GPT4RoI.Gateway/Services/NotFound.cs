using GPT4RoI.Contracts.Errors;

namespace GPT4RoI.Gateway.Services;

/// <summary>One text for what does not exist and for what is another tenant's.</summary>
internal static class NotFound
{
    public static readonly ClusterError Image = new(ErrorCode.NotFound, "IMAGE_NOT_FOUND", "There is no such image.");
    public static readonly ClusterError Conversation = new(ErrorCode.NotFound, "CONVERSATION_NOT_FOUND", "There is no such conversation.");
}
