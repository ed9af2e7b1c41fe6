namespace GPT4RoI.Client;

/// <summary>The model behind the server, and its limits.</summary>
/// <param name="Name">The checkpoint's name.</param>
/// <param name="MaxModelLength">Tokens of prompt and answer together.</param>
/// <param name="ImageTokens">Prompt tokens that one image takes.</param>
/// <param name="AnswersAreMeaningless">True for a test checkpoint with random weights.</param>
public sealed record ModelInfo(string Name, int MaxModelLength, int ImageTokens, bool AnswersAreMeaningless);
