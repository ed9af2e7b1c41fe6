namespace GPT4RoI.Model.Prompting;

/// <summary>Text in which the names of special tokens count as those tokens: the template and the authors' recorded prompts, never a user's words.</summary>
public readonly record struct LiteralText(string Value);
