using GPT4RoI.Contracts.Errors;

namespace GPT4RoI.Gateway.Admission;

/// <summary>What a question must look like before anybody reads it.</summary>
internal static class QuestionRules
{
    /// <summary>The place of the region in a question about many.</summary>
    public const string RegionPlace = "<region>";

    /// <summary>A question of a conversation.</summary>
    public static ClusterError? Ask(string question) =>
        question.Length == 0 ? Invalid.Field("question", "QUESTION_EMPTY", "The question is empty.") : Length(question);

    /// <summary>An answer of a conversation that its client keeps.</summary>
    public static ClusterError? Answer(string answer) => answer.Length <= RequestLimits.AnswerCharacters
        ? null
        : Invalid.Field("answer", "ANSWER_TOO_LONG", $"An answer has {answer.Length} characters; the limit is {RequestLimits.AnswerCharacters}.");

    /// <summary>A question about many regions; empty stands for the default one.</summary>
    public static ClusterError? Describe(string question)
    {
        if (question.Length == 0)
        {
            return null;
        }
        var places = question.Split(RegionPlace).Length - 1;
        return Length(question) ?? (places == 1
            ? null
            : Invalid.Field("question", "REGION_PLACE", $"The question must hold {RegionPlace} once, where the region goes; it holds it {places} times."));
    }

    private static ClusterError? Length(string question)
    {
        if (question.Length <= RequestLimits.QuestionCharacters)
        {
            return null;
        }
        var characters = question.EnumerateRunes().Count();
        return characters <= RequestLimits.QuestionCharacters
            ? null
            : Invalid.Field("question", "QUESTION_TOO_LONG", $"The question has {characters} characters; the limit is {RequestLimits.QuestionCharacters}.");
    }
}
