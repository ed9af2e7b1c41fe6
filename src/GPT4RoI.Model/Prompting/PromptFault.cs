namespace GPT4RoI.Model.Prompting;

/// <summary>What is wrong with a question or its regions.</summary>
public enum PromptFaultKind
{
    /// <summary>The question is empty or white space.</summary>
    QuestionEmpty,

    /// <summary>The question mentions a region that neither this turn nor an earlier one declares.</summary>
    RegionUnknown,

    /// <summary>A region is declared but the question does not mention it.</summary>
    RegionNotMentioned,

    /// <summary>A region's id is already taken, in this turn or an earlier one.</summary>
    RegionDuplicate,

    /// <summary>A region's id is not 1 or more.</summary>
    RegionIdInvalid,
}

/// <summary>Why a turn was refused.</summary>
/// <param name="Kind">For programs.</param>
/// <param name="Field">The offending field: <c>question</c>, or <c>regions[i]</c> with its index in the request.</param>
/// <param name="Message">One sentence for a person; holds ids only, none of the user's words.</param>
public sealed record PromptFault(PromptFaultKind Kind, string Field, string Message)
{
    internal static PromptFault Empty() => new(PromptFaultKind.QuestionEmpty, "question", "The question is empty.");

    internal static PromptFault Unknown(string digits) => new(
        PromptFaultKind.RegionUnknown, "question", $"The question mentions <region{digits}>, but no region with that id is declared.");

    internal static PromptFault NotMentioned(int index, int id) => new(
        PromptFaultKind.RegionNotMentioned, $"regions[{index}]", $"Region {id} is new, so the question must mention <region{id}>.");

    internal static PromptFault Duplicate(int index, int id) => new(
        PromptFaultKind.RegionDuplicate, $"regions[{index}]", $"Region {id} is already declared in this conversation.");

    internal static PromptFault InvalidId(int index, int id) => new(
        PromptFaultKind.RegionIdInvalid, $"regions[{index}]", $"Region ids begin at 1, not {id}.");
}
