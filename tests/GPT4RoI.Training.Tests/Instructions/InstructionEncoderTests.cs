using CsCheck;
using GPT4RoI.Model.Prompting;
using GPT4RoI.Model.Regions;
using GPT4RoI.Model.Vision;
using GPT4RoI.Training.Instructions;

namespace GPT4RoI.Training.Tests.Instructions;

public sealed class InstructionEncoderTests
{
    private const int Ignored = EncodedSample.Ignored;
    private static readonly Gpt4RoiTokenizer Tokenizer = GoldenInstructions.Tokenizer;
    private static readonly ImageSource Image = new PixelSource(new DecodedImage(1, 1, new byte[3]));

    [Fact]
    public void Encode_RecordedSamples_GivesTheAuthorsIdsUpToTheEndOfTheAnswer()
    {
        var encoder = new InstructionEncoder(Tokenizer, ConversationTemplate.Authors, 256);
        foreach (var recorded in GoldenInstructions.TrainingSamples)
        {
            string[] texts = [.. recorded.GetProperty("conversations").EnumerateArray().Select(message => message.GetProperty("value").GetString()!)];
            var encoded = encoder.Encode(Sample([.. texts.Chunk(2).Select(pair => new InstructionTurn(pair[0], pair[1]))]));

            int[] ids = [.. recorded.GetProperty("input_ids").EnumerateArray().Select(id => id.GetInt32())];

            // The authors' text goes on with the space that would stand before the next role.
            Assert.Equal(ids[..^1], encoded.Ids);
            Assert.Equal(Plain(" ")[^1..], ids[^1..]);
        }
    }

    [Fact]
    public void Encode_TwoTurnsOfTheAuthorsTemplate_LearnsRoleAnswerAndSeparatorOnly()
    {
        // The ids of the recorded sample, by hand: ### / Assistant : A man and a dog . \n # # # / Human ... and so on. The authors' own labels
        // begin one to three tokens beside these places and hold the next "Human:".
        var recorded = GoldenInstructions.TrainingSamples[1];
        int[] ids = [.. recorded.GetProperty("input_ids").EnumerateArray().Select(id => id.GetInt32())];
        var encoded = new InstructionEncoder(Tokenizer, ConversationTemplate.Authors, 256).Encode(Sample(
            new("The <image> provides an overview of the picture.\nregion1 <bbox>, region2 <bbox>", "A man and a dog."),
            new("Which one is taller?", "region1 is taller.")));

        int[] first = Learned(encoded, 0), second = Learned(encoded, 1);
        Assert.Equal(ids.Length - 1, second[^1] + 1);
        Assert.Equal([313, 518, 282, 527, 270, 259, 295, 278, 502, 511, 13, 534, 534, 534], second.Select(at => encoded.Ids[at]));
        Assert.Equal([313, 518, .. Plain("A man and a dog."), 13, 534, 534, 534], first.Select(at => encoded.Ids[at]));
        Assert.Equal(first.Length + second.Length, encoded.Labels.Count(label => label != Ignored));
    }

    [Theory]
    [InlineData("v1_2")]
    [InlineData("v1")]
    public void Encode_RandomConversations_ContinueThePromptsOfInference(string version)
    {
        var template = ConversationTemplate.For(version);
        var encoder = new InstructionEncoder(Tokenizer, template, 4);
        var builder = new PromptBuilder(Tokenizer, template, 4);
        RandomConversations.All.Sample(turns =>
        {
            var encoded = encoder.Encode(Sample([.. turns.Select(turn => turn.ForTraining)]));
            var history = new List<PromptTurn>();
            for (var turn = 0; turn < turns.Length; turn++)
            {
                Assert.True(builder.TryBuild(history, new UserText(turns[turn].Question), turns[turn].Regions, out var prompt, out var fault), fault?.Message);

                // The last space of the authors' opening becomes part of the role's token once the role follows.
                var given = version == "v1" ? prompt.TokenIds : prompt.TokenIds[..^1];
                var learned = Learned(encoded, turn);
                Assert.Equal(given, encoded.Ids[..learned[0]]);
                Assert.Equal(prompt.ImageOffset, encoded.ImageOffset);
                Assert.Equal(prompt.RegionSlots.Select(slot => slot.TokenIndex), encoded.BoxPositions[..prompt.RegionSlots.Count]);

                var answer = RandomConversations.Filtered(template, turns[turn].Answer);
                Assert.Equal(Decoded(version == "v1" ? Plain(answer).Append(Tokenizer.Special.Eos) : Plain($"Assistant: {answer}\n###")),
                    Decoded(learned.Select(at => encoded.Ids[at])));
                history.Add(new PromptTurn(new UserText(turns[turn].Question), turns[turn].Regions, new UserText(answer)));
            }

            Assert.Equal(encoded.Ids.Length, Learned(encoded, turns.Length - 1)[^1] + 1);
            Assert.All(encoded.Ids.Zip(encoded.Labels), pair => Assert.True(pair.Second == Ignored || pair.Second == pair.First));
            Assert.Equal(turns.Sum(turn => turn.Regions.Length), encoded.BoxPositions.Length);
            Assert.All(encoded.BoxPositions, at => Assert.Equal(Tokenizer.Special.BBox, encoded.Ids[at]));
        }, iter: 500);
    }

    [Theory]
    [InlineData("v1_2")]
    [InlineData("v1")]
    public void Encode_SpecialTokensInTheText_StayPlainText(string version)
    {
        var encoder = new InstructionEncoder(Tokenizer, ConversationTemplate.For(version), 4);
        var special = Tokenizer.Special;
        var encoded = encoder.Encode(Sample(
            new("<image> What </s><im_patch> is <bbox>? ### Human: <image>", "A <bbox> and <im_end></s> <image>."), new("And <image>, <unk>?", "None.")));

        Assert.Single(encoded.BoxPositions);
        Assert.Equal(1, encoded.Ids.Count(id => id == special.BBox));
        Assert.Equal(4, encoded.Ids.Count(id => id == special.ImagePatch));
        Assert.Equal(1, encoded.Ids.Count(id => id == special.ImageEnd));
        Assert.Equal(version == "v1" ? 2 : 0, encoded.Ids.Count(id => id == special.Eos));
        Assert.DoesNotContain(special.Unk, encoded.Ids);
    }

    [Fact]
    public void Encode_ImageInMidSentence_StandsThere()
    {
        var encoded = new InstructionEncoder(Tokenizer, ConversationTemplate.Vicuna, 2).Encode(Sample(new InstructionTurn("See <image> and answer.", "Yes.")));

        var (special, offset) = (Tokenizer.Special, encoded.ImageOffset!.Value);
        Assert.Equal(
            [special.ImageStart, special.ImagePatch, special.ImagePatch, special.ImageEnd],
            encoded.Ids[(offset - 1)..(offset + 3)]);
        Assert.EndsWith("USER: See", Tokenizer.Decode(encoded.Ids[..(offset - 1)], skipSpecial: true), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v1_2")]
    public void Encode_NoImage_IsTheSameButForItsTokens(string version)
    {
        var encoder = new InstructionEncoder(Tokenizer, ConversationTemplate.For(version), 3);
        var special = Tokenizer.Special;
        string[] image = [.. new[] { special.ImageStart, special.ImagePatch, special.ImagePatch, special.ImagePatch, special.ImageEnd }.Select(Tokenizer.Name)];

        var (with, without) = (encoder.Encode(Sample(new InstructionTurn("<image> See?", "Yes."))), encoder.Encode(Sample(new InstructionTurn("See?", "Yes.")) with { Image = null }));

        Assert.Null(without.ImageOffset);
        Assert.Equal(Labelled(with), Labelled(without));
        Assert.Equal(
            Text(with).Replace(string.Concat(image), "", StringComparison.Ordinal), Text(without));

        static string Text(EncodedSample sample) => Tokenizer.Decode(sample.Ids, skipSpecial: false).Replace(" ", "", StringComparison.Ordinal);

        static int[] Labelled(EncodedSample sample) => [.. sample.Labels.Where(label => label != EncodedSample.Ignored)];
    }

    [Theory]
    [InlineData("What is <bbox>?", "A cat.", 2, "1 <bbox>, but there are 2")]
    [InlineData("What is it?", "A cat.", 1, "0 <bbox>, but there are 1")]
    [InlineData(" ", "A cat.", 0, "Turn 1 has an empty question")]
    [InlineData("What is it?", " Assistant: \n###", 0, "Turn 1 has an empty answer")]
    public void Encode_WhatCannotBeLearned_IsRefused(string human, string assistant, int boxes, string message)
    {
        var encoder = new InstructionEncoder(Tokenizer, ConversationTemplate.Authors, 1);
        var sample = new InstructionSample(Image, new BoundingBox[boxes], [new InstructionTurn(human, assistant)]);

        Assert.Contains(message, Assert.Throws<ArgumentException>(() => encoder.Encode(sample)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_NoTurn_IsRefused()
    {
        var encoder = new InstructionEncoder(Tokenizer, ConversationTemplate.Authors, 1);

        Assert.Throws<ArgumentException>(() => encoder.Encode(new InstructionSample(Image, [], [])));
    }

    private static InstructionSample Sample(params InstructionTurn[] turns) =>
        new(Image, new BoundingBox[turns.Sum(turn => turn.Human.Split("<bbox>").Length - 1)], turns);

    private static int[] Plain(string text) => Tokenizer.EncodePlain(new UserText(text));

    // Without the space that may be a token of its own before the first word.
    private static string Decoded(IEnumerable<int> ids) => Tokenizer.Decode(ids, skipSpecial: false).TrimStart(' ');

    // Positions of the labels of one turn.
    private static int[] Learned(EncodedSample sample, int turn)
    {
        var runs = new List<List<int>>();
        for (var at = 0; at < sample.Labels.Length; at++)
        {
            if (sample.Labels[at] == Ignored)
            {
                continue;
            }

            if (sample.Labels[at - 1] == Ignored)
            {
                runs.Add([]);
            }

            runs[^1].Add(at);
        }

        return [.. runs[turn]];
    }
}
