using CsCheck;
using GPT4RoI.Model.Prompting;

namespace GPT4RoI.Model.Tests.Prompting;

public sealed class PromptBuilderTests
{
    private static readonly Gpt4RoiTokenizer Tokenizer = GoldenPrompting.Tokenizer;
    private static readonly PromptBuilder Builder = new(Tokenizer, ConversationTemplate.Authors, 256);

    [Theory]
    [InlineData("multiturn.clean", "1", "2", "")]
    [InlineData("single", "1")]
    [InlineData("two_reversed", "1,2")]
    [InlineData("five", "1,2,3,4,5")]
    [InlineData("portrait", "1")]
    [InlineData("unicode", "1")]
    [InlineData("wide", "1")]
    [InlineData("nobox", "")]
    public void TryBuild_RecordedConversation_GivesTheAuthorsIds(string name, params string[] newRegions)
    {
        var turns = GoldenPrompting.Prompts.GetProperty("cases").EnumerateArray().Single(c => c.Text("name") == name).GetProperty("turns");
        var history = new List<PromptTurn>();
        foreach (var (turn, regions) in turns.EnumerateArray().Zip(newRegions))
        {
            int[] ids = [.. regions.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
            var prompt = Build(history, turn.Text("user_text"), ids);
            var positions = turn.GetProperty("positions");

            Assert.Equal(turn.Ids("input_ids"), prompt.TokenIds);
            Assert.Equal(positions.Ids("bbox"), prompt.RegionSlots.Select(slot => slot.TokenIndex));
            Assert.Equal(positions.Ids("im_patch_first_last"), (int[])[prompt.ImageOffset, prompt.ImageOffset + prompt.ImageLength - 1]);
            var answer = turn.TryGetProperty("assistant_text_in_history", out var text) ? text.GetString()! : "";
            history.Add(new PromptTurn(new UserText(turn.Text("user_text")), ids, new UserText(answer)));
        }
    }

    [Fact]
    public void TryBuild_RegionsOutOfOrder_NamesThemInTheOrderOfTheText()
    {
        var prompt = Build([], "Is <region7> near <region2>, or <region7>?", [2, 7]);

        Assert.Equal([7, 2], prompt.RegionSlots.Select(slot => slot.RegionId));
        Assert.All(prompt.RegionSlots, slot => Assert.Equal(Tokenizer.Special.BBox, prompt.TokenIds[slot.TokenIndex]));
        Assert.Contains("Is region7 <bbox>  near region2 <bbox> , or region7?", Tokenizer.Decode(prompt.TokenIds, skipSpecial: true), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n\x1c")]
    public void TryBuild_NoWords_IsRefused(string question) => AssertFault(PromptFaultKind.QuestionEmpty, "question", [], question);

    [Theory]
    [InlineData("Is <region2> big?", 1)]
    [InlineData("Is <region01> big?", 1)]
    [InlineData("Is <region0> big?", 1)]
    [InlineData("Is <region99999999999999999999> big?", 1)]
    public void TryBuild_UnknownRegion_IsRefused(string question, int declared) =>
        AssertFault(PromptFaultKind.RegionUnknown, "question", [], question + $" <region{declared}>", declared);

    [Fact]
    public void TryBuild_RegionNotMentioned_NamesIt() => AssertFault(PromptFaultKind.RegionNotMentioned, "regions[1]", [], "Is <region1> big?", 1, 2);

    [Fact]
    public void TryBuild_RegionDeclaredTwice_NamesTheSecond() => AssertFault(PromptFaultKind.RegionDuplicate, "regions[1]", [], "Is <region1> big?", 1, 1);

    [Fact]
    public void TryBuild_RegionOfAnEarlierTurnDeclaredAgain_NamesIt() => AssertFault(
        PromptFaultKind.RegionDuplicate, "regions[0]", [new PromptTurn(new UserText("What is <region1>?"), [1], new UserText("A cat."))], "Is <region1> big?", 1);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void TryBuild_RegionIdBelowOne_NamesIt(int id) => AssertFault(PromptFaultKind.RegionIdInvalid, "regions[0]", [], "Is it big?", id);

    [Theory]
    [InlineData("v1_2")]
    [InlineData("v1")]
    public void TryBuild_NextTurn_OnlyAppends(string version)
    {
        var builder = new PromptBuilder(Tokenizer, ConversationTemplate.For(version), 4);
        var words = Gen.Char["ab#\n é<>:"].Array[1, 12].Select(chars => new string(chars) + ".");
        Gen.Select(words, words, words).Sample((first, answer, second) =>
        {
            Assert.True(builder.TryBuild([], new UserText(first + " <region1>"), [1], out var before, out _));
            var history = new PromptTurn(new UserText(first + " <region1>"), [1], new UserText(answer));
            Assert.True(builder.TryBuild([history], new UserText(second + "<region2><region1>"), [2], out var after, out _));

            // Encoding the opening alone changes with what follows it: the separator or role stays, a last space does not.
            var opening = Tokenizer.EncodePlain(new UserText("\n" + ConversationTemplate.For(version).Opening.TrimEnd(' ', ':')))[2..];
            var shared = before.TokenIds.AsSpan().CommonPrefixLength(after.TokenIds);
            Assert.True(shared >= before.TokenIds.Length - (version == "v1" ? opening.Length : 1));
            Assert.Equal(before.RegionSlots, after.RegionSlots.Take(1));
        }, iter: 2_000);
    }

    [Fact]
    public void For_UnknownVersion_ListsTheKnownOnes()
    {
        var exception = Assert.Throws<NotSupportedException>(() => ConversationTemplate.For("v7"));

        Assert.Contains("v1_2, v1", exception.Message, StringComparison.Ordinal);
    }

    private static AssembledPrompt Build(IReadOnlyList<PromptTurn> history, string question, params int[] regions)
    {
        Assert.True(Builder.TryBuild(history, new UserText(question), regions, out var prompt, out var fault), fault?.Message);
        return prompt;
    }

    private static void AssertFault(PromptFaultKind kind, string field, PromptTurn[] history, string question, params int[] regions)
    {
        Assert.False(Builder.TryBuild(history, new UserText(question), regions, out _, out var fault));
        Assert.Equal((kind, field), (fault.Kind, fault.Field));
    }
}
