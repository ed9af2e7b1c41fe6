namespace GPT4RoI.Model.Prompting;

/// <summary>A token that literal text is split at before SentencePiece sees it.</summary>
/// <param name="Text">Its name.</param>
/// <param name="Id">Its id.</param>
/// <param name="StripsLeft">White space before it is dropped.</param>
/// <param name="StripsRight">White space after it is dropped.</param>
internal sealed record NoSplitToken(string Text, int Id, bool StripsLeft = true, bool StripsRight = true);
