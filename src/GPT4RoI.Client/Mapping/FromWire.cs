using Google.Protobuf.WellKnownTypes;

namespace GPT4RoI.Client.Mapping;

/// <summary>What the server sends, as callers see it.</summary>
internal static class FromWire
{
    public static ImageInfo Image(V1.Image image) =>
        new(image.Id, image.Width, image.Height, image.MediaType, image.SizeBytes, Time(image.CreatedAt));

    public static ConversationInfo Conversation(V1.Conversation conversation) =>
        new(conversation.Id, conversation.ImageId, Time(conversation.CreatedAt), [.. conversation.Turns.Select(Turn)]);

    public static ModelInfo Model(V1.GetModelResponse model) =>
        new(model.Name, model.MaxModelLength, model.ImageTokens, model.AnswersAreMeaningless);

    private static Turn Turn(V1.Turn turn) => new(turn.Question, [.. turn.NewRegions.Select(Region)], turn.Answer);

    private static Region Region(V1.Region region) => region.Box.Space == V1.CoordinateSpace.Normalized
        ? Client.Region.Normalized((int)region.Id, region.Box.X1, region.Box.Y1, region.Box.X2, region.Box.Y2)
        : Client.Region.Pixels((int)region.Id, region.Box.X1, region.Box.Y1, region.Box.X2, region.Box.Y2);

    private static DateTimeOffset Time(Timestamp? time) => time?.ToDateTimeOffset() ?? default;
}
