using CsCheck;
using GPT4RoI.Model.Prompting;
using GPT4RoI.Training.Instructions;

namespace GPT4RoI.Training.Tests.Instructions;

/// <summary>A turn as a user asks it, and the same as a dataset writes it.</summary>
internal sealed record RandomTurn(string Question, int[] Regions, string Answer)
{
    public InstructionTurn ForTraining => new(Regions.Aggregate(Question, (text, id) => text.Replace($"<region{id}>", $"region{id} <bbox>", StringComparison.Ordinal)), Answer);
}

/// <summary>Conversations of one to three turns over a hostile alphabet; every region is mentioned once.</summary>
internal static class RandomConversations
{
    private static readonly Gen<string> Words = Gen.OneOf(
        Gen.Char["ab#\n é<>:."].Array[0, 10].Select(chars => new string(chars)),
        Gen.OneOf(" Is the dog here", "USER:", "###", "ASSISTANT:", " Assistant: ", "</s>", "\U0001F600 ", "12 3", "▁"));

    private static readonly Gen<string> Answer = Gen.Select(Gen.OneOf("A", "Assistant: B", " \nC"), Words.Array[1, 3]).Select((start, words) => start + string.Concat(words));

    public static Gen<RandomTurn[]> All { get; } = Gen.Select(Words.Array[1, 4], Answer).Array[1, 3].Select(turns =>
    {
        var next = 1;
        return turns.Select(turn =>
        {
            int[] regions = [.. Enumerable.Range(next, turn.Item1.Length - 1)];
            next += regions.Length;
            var text = turn.Item1[0] + string.Concat(regions.Select((id, k) => $"<region{id}>{turn.Item1[k + 1]}"));
            return new RandomTurn($"Q{text}", regions, turn.Item2);
        }).ToArray();
    });

    public static string Filtered(ConversationTemplate template, string answer)
    {
        var filter = new AnswerFilter(template);
        return filter.Append(answer) + filter.Finish();
    }
}
