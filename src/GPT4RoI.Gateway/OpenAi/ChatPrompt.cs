using System.Globalization;
using System.Text.RegularExpressions;
using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Contracts.Errors;
using GPT4RoI.Contracts.Images;
using GPT4RoI.Gateway.Admission;
using GPT4RoI.Gateway.Mapping;

namespace GPT4RoI.Gateway.OpenAi;

/// <summary>
/// Messages as turns: a picture, questions and answers by turns, a last question. Which regions a turn brings follows from the text: a region is new in the
/// first question that mentions it.
/// </summary>
/// <param name="Picture">The picture's bytes, as sent.</param>
/// <param name="Turns">Finished turns, question and answer.</param>
/// <param name="Question">The last question.</param>
internal sealed partial record ChatPrompt(ArraySegment<byte> Picture, IReadOnlyList<(string Question, string Answer)> Turns, string Question)
{
    public const string TextPart = "text";

    private const string ImagePart = "image_url", User = "user", Assistant = "assistant";

    /// <summary>Reads the messages.</summary>
    public static Outcome<ChatPrompt> Read(IReadOnlyList<ChatMessage?> messages)
    {
        if (messages.Count > RequestLimits.Messages)
        {
            return Wrong("messages", $"There are {messages.Count} messages; the limit is {RequestLimits.Messages}.");
        }
        List<ArraySegment<byte>> pictures = [];
        List<string> texts = [];
        for (var i = 0; i < messages.Count; i++)
        {
            var expected = i % 2 == 0 ? User : Assistant;
            if (messages[i] is not { } message || message.Role != expected)
            {
                return Wrong($"messages[{i}].role", $"messages[{i}].role is \"{messages[i]?.Role}\"; user and assistant take turns, the user first: the model has a fixed system prompt.");
            }
            if (ReadParts(message, $"messages[{i}].content", pictures, texts) is { } error)
            {
                return error;
            }
        }
        if (messages.Count % 2 == 0)
        {
            return Wrong("messages", messages.Count == 0 ? "messages is empty." : "The last message must be the user's.");
        }
        return pictures.Count == 1
            ? new ChatPrompt(pictures[0], [.. texts.Chunk(2).Where(turn => turn.Length == 2).Select(turn => (turn[0], turn[1]))], texts[^1])
            : Wrong("messages", $"The messages hold {pictures.Count} pictures; a conversation is about one.");
    }

    /// <summary>The turns with their regions.</summary>
    /// <param name="regions">As sent, checked for ids and boxes.</param>
    /// <param name="image">The picture, stored.</param>
    public Outcome<(IReadOnlyList<TurnRecord> History, IReadOnlyList<Contracts.Regions.Region> NewRegions)> Place(IReadOnlyList<V1.Region> regions, ImageDescriptor image)
    {
        var left = regions.ToContracts(image).ToDictionary(region => region.Id);
        List<TurnRecord> history = [.. Turns.Select(turn => new TurnRecord(turn.Question, TakeMentioned(turn.Question), turn.Answer))];
        var last = TakeMentioned(Question);
        if (left.Count > 0)
        {
            var id = left.Keys.Min();
            return Invalid.Field("regions", "REGION_NOT_MENTIONED", $"Region {id} is not mentioned: write <region{id}> into a question.");
        }
        return (history, last);

        IReadOnlyList<Contracts.Regions.Region> TakeMentioned(string question) =>
        [
            .. Mention().Matches(question).Select(mention => int.Parse(mention.Groups[1].ValueSpan, CultureInfo.InvariantCulture)).Distinct()
                .Where(left.ContainsKey).Select(id => { left.Remove(id, out var region); return region!; }),
        ];
    }

    private static ClusterError? ReadParts(ChatMessage message, string path, List<ArraySegment<byte>> pictures, List<string> texts)
    {
        List<string> parts = [];
        for (var i = 0; i < message.Content.Count; i++)
        {
            switch (message.Content[i])
            {
                case { Type: TextPart, Text: { } text }:
                    parts.Add(text);
                    break;
                case { Type: ImagePart, ImageUrl: { } image } when message.Role == User:
                    if (image.Url is not { } bytes)
                    {
                        return Wrong($"{path}[{i}].image_url", "A picture must be a data URI in base64 (data:image/png;base64,…); nothing is fetched.");
                    }
                    pictures.Add(bytes);
                    break;
                default:
                    return Wrong($"{path}[{i}]", $"{path}[{i}] is neither a text nor, in a user's message, an image_url.");
            }
        }
        texts.Add(string.Join('\n', parts));
        return (message.Role == User ? QuestionRules.Ask(texts[^1]) : QuestionRules.Answer(texts[^1])) is { } error ? error with { Field = path } : null;
    }

    private static ClusterError Wrong(string field, string message) => Invalid.Field(field, "MESSAGES", message);

    [GeneratedRegex("<region([1-9][0-9]{0,2})>")]
    private static partial Regex Mention();
}
