using System.Text.Json;
using GPT4RoI.Model.Prompting;

namespace GPT4RoI.Model.Tests.Prompting;

public sealed class LiteralConversationTests
{
    private const int ImageTokens = 256;

    public static TheoryData<string> Cases() => [.. GoldenPrompting.Prompts.GetProperty("cases").EnumerateArray().Select(c => c.Text("name"))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Ask_RecordedRounds_GivesTheAuthorsPrompts(string name)
    {
        var recorded = GoldenPrompting.Prompts.GetProperty("cases").EnumerateArray().Single(c => c.Text("name") == name);
        var history = name == "multiturn.app" ? LiteralHistory.Rewrapped : LiteralHistory.Clean;
        var conversation = new LiteralConversation(GoldenPrompting.Tokenizer, ConversationTemplate.Authors, ImageTokens, history);

        foreach (var turn in recorded.GetProperty("turns").EnumerateArray())
        {
            var question = turn.Text("user_text");
            if (turn.GetProperty("bboxes_norm").ValueKind != JsonValueKind.Null)
            {
                var check = conversation.Check(question, turn.GetProperty("boxes_px_passed").GetArrayLength());
                Assert.Equal(LiteralInputVerdict.Accepted, check.Verdict);
                question = check.Text;
            }

            var prompt = conversation.Ask(question);
            Assert.Equal(turn.Text("prompt_text"), prompt.Value);
            AssertAssembled(turn, conversation.Assemble(prompt));
            if (turn.TryGetProperty("assistant_text_in_history", out var answer))
            {
                conversation.Answer(answer.GetString()!);
            }
        }
    }

    [Fact]
    public void Render_TrainingConversation_GivesTheAuthorsPrompt()
    {
        var conversation = new LiteralConversation(GoldenPrompting.Tokenizer, ConversationTemplate.Authors, ImageTokens, LiteralHistory.Clean);
        foreach (var sample in GoldenPrompting.Prompts.GetProperty("training_samples").EnumerateArray())
        {
            var prompt = conversation.Render(sample.GetProperty("conversations").EnumerateArray().Select(message => new LiteralText(message.Text("value"))));

            Assert.Equal(sample.Text("prompt_text"), prompt.Value);
            Assert.Equal(sample.Ids("input_ids"), conversation.Assemble(prompt).TokenIds);
        }
    }

    [Fact]
    public void Ask_FourthRoundRewrapped_WrapsTheOldestThreeTimes()
    {
        var conversation = new LiteralConversation(GoldenPrompting.Tokenizer, ConversationTemplate.Authors, 1, LiteralHistory.Rewrapped);
        var prompt = new LiteralText("");
        for (var round = 0; round < 4; round++)
        {
            prompt = conversation.Ask($"q{round}");
            conversation.Answer($"a{round}");
        }

        Assert.Contains("### Human: ### Human: ### Human: The <im_start>", prompt.Value, StringComparison.Ordinal);
        Assert.Contains("\n### Human: ### Human: q2\n\n### Assistant: a2\n### Human: q3\n### ", prompt.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void FromIds_TooFewPatches_IsRefused()
    {
        var special = GoldenPrompting.Tokenizer.Special;

        Assert.Throws<ArgumentException>(() => AssembledPrompt.FromIds([1, special.ImageStart, special.ImagePatch, special.ImageEnd], special, 2));
    }

    private static void AssertAssembled(JsonElement turn, AssembledPrompt prompt)
    {
        var positions = turn.GetProperty("positions");
        Assert.Equal(turn.Ids("input_ids"), prompt.TokenIds);
        Assert.Equal(positions.Ids("im_patch_first_last"), (int[])[prompt.ImageOffset, prompt.ImageOffset + prompt.ImageLength - 1]);
        Assert.Equal(positions.Ids("bbox"), prompt.RegionSlots.Select(slot => slot.TokenIndex));
        Assert.Equal(Enumerable.Range(1, prompt.RegionSlots.Count), prompt.RegionSlots.Select(slot => slot.RegionId));
    }
}
