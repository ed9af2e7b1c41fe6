using GPT4RoI.Training.Instructions;

namespace GPT4RoI.Training.Datasets.Vcr;

/// <summary>The conversation that a record gives: the question with its answer, then why.</summary>
/// <param name="Question">Brings in the regions.</param>
/// <param name="Answer">Calls objects by class and region.</param>
/// <param name="Rationale">Likewise; null where it is about other objects than the question.</param>
/// <param name="Objects">Of the regions, from 1.</param>
internal sealed record VcrConversation(string Question, string Answer, string? Rationale, IReadOnlyList<int> Objects)
{
    private static readonly Questions Regions = new(
        "The image has {0}. ", "Look at {0}. ", "Given {0} in the image, ", "There are {0} in the picture. ", "{0}: ", "With {0} in view, ");

    private static readonly Questions Why = new(
        "Why?",
        "Why do you think so?",
        "What makes you say that?",
        "How do you know?",
        "What is the reason for your answer?",
        "Can you explain how you came to this?",
        "What in the picture tells you that?",
        "On what do you base this?",
        "What supports your answer?",
        "Please give your reasons.");

    /// <summary>The record in one form; null if it does not fit, and then why if the record itself is the reason.</summary>
    public static VcrConversation? Create(VcrRecord record, VcrForm form, out string? fault)
    {
        var names = record.Objects!;
        var (question, answer, rationale) = (new VcrText(record.QuestionOrig!), new VcrText(record.AnswerOrig!), new VcrText(record.RationaleOrig!));
        var mentioned = question.Objects.Concat(answer.Objects).Concat(rationale.Objects);
        fault = mentioned.All(id => id >= 1 && id <= names.Length) ? null : "a number in the text is no object of the picture";
        if (fault is not null)
        {
            return null;
        }

        if (form == VcrForm.AllObjects)
        {
            string Name(int id, bool first) => $"{names[id - 1]} at region{id}";
            return new VcrConversation(question.Replace(Name), answer.Replace(Name), rationale.Replace(Name), [.. Enumerable.Range(1, names.Length)]);
        }

        var objects = question.Objects;
        if (form == VcrForm.OneObject != (objects.Count == 1) || objects.Count == 0 || answer.Objects.Count == 0 || answer.Objects.Except(objects).Any())
        {
            return null;
        }

        int Region(int id) => objects.Index().First(entry => entry.Item == id).Index + 1;
        string Known(int id, bool first) => $"{names[id - 1]} at region{Region(id)}";
        return new VcrConversation(
            question.Replace((id, first) => first ? Questions.Region(Region(id) - 1) : $"region{Region(id)}"),
            answer.Replace(Known),
            rationale.Objects.Except(objects).Any() ? null : rationale.Replace(Known),
            objects);
    }

    /// <summary>The turns; what the form leaves open is drawn.</summary>
    public InstructionTurn[] Turns(VcrForm form, Random random)
    {
        var regions = form == VcrForm.AllObjects ? Regions.Draw(random, string.Join(',', Objects.Select((_, k) => Questions.Region(k)))) : "";
        var why = Why.Draw(random, "");
        var first = new InstructionTurn(regions + Question, Answer);
        return Rationale is null ? [first] : [first, new InstructionTurn(why, Rationale)];
    }
}
