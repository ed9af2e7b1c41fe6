using Microsoft.Extensions.AI;

namespace GPT4RoI.Client.Chat;

/// <summary>What messages of a chat ask.</summary>
/// <param name="Text">The question.</param>
/// <param name="Regions">New in it.</param>
/// <param name="Image">Its bytes, or where it is on the server; null in a conversation that has one.</param>
internal sealed record ChatQuestion(string Text, IReadOnlyList<Region> Regions, AIContent? Image)
{
    /// <summary>Reads messages.</summary>
    /// <param name="messages">What the user says; the server has what was said before.</param>
    /// <param name="isNew">A conversation that begins needs an image, one that goes on has it.</param>
    /// <exception cref="ArgumentException">They hold what cannot be asked; the message names the place.</exception>
    public static ChatQuestion Read(IEnumerable<ChatMessage> messages, bool isNew)
    {
        List<string> texts = [];
        List<Region> regions = [];
        AIContent? image = null;
        foreach (var (index, message) in messages.Index())
        {
            var place = $"messages[{index}]";
            if (message.Role != ChatRole.User)
            {
                throw Wrong(
                    message.Role == ChatRole.System
                        ? $"{place}: this model takes no system messages."
                        : $"{place}: is the {message.Role}'s. The server has the history: ask on with ChatOptions.ConversationId and new messages only.");
            }
            foreach (var (number, content) in message.Contents.Index())
            {
                switch (content)
                {
                    case TextContent text:
                        texts.Add(text.Text);
                        break;
                    case RegionContent { Region: var region }:
                        regions.Add(region);
                        break;
                    case DataContent data when data.HasTopLevelMediaType("image"):
                    case HostedFileContent:
                        image = image is null && isNew ? content : throw Wrong($"{place}.contents[{number}]: a conversation is about one image.");
                        break;
                    default:
                        throw Wrong($"{place}.contents[{number}]: {content.GetType().Name} cannot be asked about; images, regions and text can.");
                }
            }
        }
        return isNew && image is null
            ? throw Wrong("messages: the first question needs an image, as DataContent or, by its id, as HostedFileContent.")
            : new(string.Join('\n', texts), regions, image);
    }

    private static ArgumentException Wrong(string message) => new(message);
}
