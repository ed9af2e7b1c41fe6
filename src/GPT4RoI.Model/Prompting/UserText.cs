namespace GPT4RoI.Model.Prompting;

/// <summary>Text from outside, a question or an answer: every character stands for itself, <c>&lt;bbox&gt;</c> and <c>&lt;/s&gt;</c> included.</summary>
public readonly record struct UserText(string Value);
