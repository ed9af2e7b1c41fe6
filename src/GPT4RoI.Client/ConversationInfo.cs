namespace GPT4RoI.Client;

/// <summary>A conversation as the server has it.</summary>
/// <param name="Id">Made by the server.</param>
/// <param name="ImageId">What it is about.</param>
/// <param name="CreatedAt">Start time.</param>
/// <param name="Turns">Finished turns, oldest first; empty in lists.</param>
public sealed record ConversationInfo(string Id, string ImageId, DateTimeOffset CreatedAt, IReadOnlyList<Turn> Turns);

/// <summary>A finished turn.</summary>
/// <param name="Question">The question as asked.</param>
/// <param name="NewRegions">Regions that were new in this turn.</param>
/// <param name="Answer">The answer.</param>
public sealed record Turn(string Question, IReadOnlyList<Region> NewRegions, string Answer);
