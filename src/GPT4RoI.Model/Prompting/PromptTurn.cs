namespace GPT4RoI.Model.Prompting;

/// <summary>A finished turn of a conversation.</summary>
/// <param name="Question">As it was asked, <c>&lt;regionN&gt;</c> included.</param>
/// <param name="NewRegions">Ids of the regions it declared.</param>
/// <param name="Answer">As <see cref="AnswerFilter"/> let it through.</param>
public sealed record PromptTurn(UserText Question, IReadOnlyList<int> NewRegions, UserText Answer);
