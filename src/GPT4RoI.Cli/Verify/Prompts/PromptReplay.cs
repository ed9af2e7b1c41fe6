using System.Runtime.InteropServices;
using GPT4RoI.Engine.Requests;
using GPT4RoI.Model.Prompting;
using GPT4RoI.Model.Regions;

namespace GPT4RoI.Cli.Verify.Prompts;

/// <summary>One round of a recorded conversation, put together again from its text and boxes.</summary>
/// <param name="Name">Key prefix of its tensors: <c>case.tN</c>.</param>
/// <param name="Fixture">What was recorded.</param>
/// <param name="Text">Our prompt text.</param>
/// <param name="Prompt">Our prompt.</param>
/// <param name="Boxes">Boxes of all regions so far, normalised.</param>
/// <param name="Spans">What replaces placeholder embeddings.</param>
internal sealed record PromptReplay(
    string Name, PromptTurnFixture Fixture, string Text, AssembledPrompt Prompt, IReadOnlyList<BoundingBox> Boxes, IReadOnlyList<EmbeddingSpan> Spans)
{
    /// <summary>Plays a conversation round by round, with the recorded answers as history.</summary>
    public static IEnumerable<PromptReplay> Play(FixtureSet fixtures, PromptCase recorded, PictureFeatures picture)
    {
        var conversation = Conversation(fixtures, recorded.Variant == "clean" ? LiteralHistory.Clean : LiteralHistory.Rewrapped);
        IReadOnlyList<BoundingBox> boxes = [];
        for (var turn = 0; turn < recorded.Turns.Count; turn++)
        {
            var fixture = recorded.Turns[turn];
            var passed = fixture.BoxesPxPassed ?? [];
            // A conversation without any box is one that the demo itself refuses; it was recorded past its check.
            var question = boxes.Count + passed.Length == 0 ? fixture.UserText : conversation.Check(fixture.UserText, passed.Length).Text;
            boxes = passed.Length == 0 ? boxes : [.. passed.Select(box => BoundingBox.FromPixels(box[0], box[1], box[2], box[3], recorded.ImageSize[0], recorded.ImageSize[1]))];
            var text = conversation.Ask(question);
            var prompt = conversation.Assemble(text);
            yield return new($"{recorded.Name}.t{turn}", fixture, text.Value, prompt, boxes, Embed(fixtures, picture, recorded.Image, prompt, boxes));
            conversation.Answer(fixture.AssistantTextInHistory ?? "");
        }
    }

    /// <summary>The authors' prompts for this checkpoint.</summary>
    public static LiteralConversation Conversation(FixtureSet fixtures, LiteralHistory history) => new(
        fixtures.Tokenizer, ConversationTemplate.For(fixtures.Config.ConversationVersion), fixtures.Config.Vision.Patches, history);

    private static List<EmbeddingSpan> Embed(
        FixtureSet fixtures, PictureFeatures picture, string image, AssembledPrompt prompt, IReadOnlyList<BoundingBox> boxes)
    {
        var key = Key(image);
        var spans = new List<EmbeddingSpan>
        {
            new(prompt.ImageOffset, prompt.ImageLength, SpanKind.Image, key, MemoryMarshal.Cast<byte, float>(picture.DeepestLevel.bytes).ToArray()),
        };
        if (boxes.Count > 0)
        {
            using var computed = fixtures.Regions.Extract(picture.Maps, [boxes]); // [regions, hidden]
            using var vectors = computed.cpu();
            var values = MemoryMarshal.Cast<byte, float>(vectors.bytes).ToArray();
            var width = fixtures.Config.Language.HiddenSize;
            spans.AddRange(prompt.RegionSlots.Select((slot, k) =>
                new EmbeddingSpan(slot.TokenIndex, 1, SpanKind.Region, Key($"{image} {boxes[k]}"), values.AsMemory(k * width, width))));
        }
        return spans;
    }

    private static ContentKey Key(string text) => ContentKey.FromBytes(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
}
