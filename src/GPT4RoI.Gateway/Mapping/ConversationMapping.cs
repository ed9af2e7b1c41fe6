using Google.Protobuf.WellKnownTypes;
using GPT4RoI.Contracts.Conversations;

namespace GPT4RoI.Gateway.Mapping;

/// <summary>Conversations to the wire.</summary>
internal static class ConversationMapping
{
    public static V1.Conversation ToProto(this ConversationInfo conversation) => new()
    {
        Id = conversation.ConversationId,
        ImageId = conversation.Image.ImageId,
        CreatedAt = Timestamp.FromDateTimeOffset(conversation.CreatedAt),
        Turns = { conversation.Turns.Select(ToProto) },
    };

    public static V1.Conversation ToProto(this ConversationEntry entry) => new()
    {
        Id = entry.ConversationId,
        ImageId = entry.ImageId,
        CreatedAt = Timestamp.FromDateTimeOffset(entry.CreatedAt),
    };

    private static V1.Turn ToProto(TurnRecord turn) => new()
    {
        Question = turn.Question,
        Answer = turn.Answer,
        NewRegions = { turn.NewRegions.Select(RegionMapping.ToProto) },
    };
}
