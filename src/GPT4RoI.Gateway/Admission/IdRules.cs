using System.Text.RegularExpressions;
using GPT4RoI.Contracts.Errors;

namespace GPT4RoI.Gateway.Admission;

/// <summary>Ids as the server makes them. Nothing else gets near a grain key or a store key.</summary>
internal static partial class IdRules
{
    /// <summary>An image id: 64 hex digits.</summary>
    public static ClusterError? Image(string id) =>
        ImagePattern().IsMatch(id) ? null : Invalid.Field("image_id", "IMAGE_ID_MALFORMED", "image_id is not an id that UploadImage has returned.");

    /// <summary>A conversation id: c-, 8 hex digits of the image's id, and 128 random bits.</summary>
    public static ClusterError? Conversation(string id) => IsConversation(id)
        ? null
        : Invalid.Field("conversation_id", "CONVERSATION_ID_MALFORMED", "conversation_id is not an id that CreateConversation has returned.");

    /// <summary>A page token: empty, or what ListConversations returned.</summary>
    public static ClusterError? PageToken(string token) => token.Length == 0 || IsConversation(token)
        ? null
        : Invalid.Field("page_token", "PAGE_TOKEN_MALFORMED", "page_token is not one that ListConversations has returned.");

    private static bool IsConversation(string id) => ConversationPattern().IsMatch(id);

    [GeneratedRegex(@"\A[0-9a-f]{64}\z")]
    private static partial Regex ImagePattern();

    [GeneratedRegex(@"\Ac-[0-9a-f]{8}-[0-9a-f]{32}\z")]
    private static partial Regex ConversationPattern();
}
