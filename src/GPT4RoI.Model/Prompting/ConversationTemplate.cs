namespace GPT4RoI.Model.Prompting;

/// <summary>The text around questions and answers that a checkpoint was trained with (<c>llava/conversation.py</c>, <c>gpt4roi/train/train.py: preprocess</c>).</summary>
public sealed record ConversationTemplate
{
    /// <summary>The version used when a checkpoint names none: the authors' own.</summary>
    public const string DefaultVersion = "v1_2";

    private ConversationTemplate()
    {
    }

    /// <summary>Names the template in a checkpoint's config.</summary>
    public required string Version { get; init; }

    /// <summary>Opens the prompt.</summary>
    public required string Preamble { get; init; }

    /// <summary>Before and after a question.</summary>
    public required (string Before, string After) Question { get; init; }

    /// <summary>Before and after an answer of the history.</summary>
    public required (string Before, string After) Answer { get; init; }

    /// <summary>An answer of the history is closed by the end-of-sentence token.</summary>
    public bool AnswerEndsSentence { get; init; }

    /// <summary>Closes the prompt; the model goes on from here.</summary>
    public required string Opening { get; init; }

    /// <summary>Text at which generation stops, besides end-of-sentence.</summary>
    public string? Separator { get; init; }

    /// <summary>What the model itself writes before its answer; not part of the answer.</summary>
    public string? AnswerLabel { get; init; }

    /// <summary>Texts that give a prompt its structure. In words from outside they are written so that the model does not see the template's tokens.</summary>
    public required IReadOnlyList<string> Reserved { get; init; }

    /// <summary>
    /// The authors' format (<c>conv_v1_2</c>, legacy <c>preprocess</c>): turns begin with <c>###</c>, and the model writes "Assistant:" itself.
    /// </summary>
    public static ConversationTemplate Authors { get; } = new()
    {
        Version = DefaultVersion,
        Preamble = "A chat between a curious human and an artificial intelligence assistant. "
            + "The assistant gives helpful, detailed, and polite answers to the human's questions.\n\n",
        Question = ("### Human: ", "\n"),
        Answer = ("### Assistant: ", "\n"),
        Opening = "### ",
        Separator = "###",
        AnswerLabel = "Assistant:",
        Reserved = ["###"],
    };

    /// <summary>Vicuna 1.1: roles in capitals, end-of-sentence after each answer.</summary>
    public static ConversationTemplate Vicuna { get; } = new()
    {
        Version = "v1",
        Preamble = "A chat between a curious user and an artificial intelligence assistant. "
            + "The assistant gives helpful, detailed, and polite answers to the user's questions. ",
        Question = ("USER: ", " "),
        Answer = ("ASSISTANT: ", ""),
        AnswerEndsSentence = true,
        Opening = "ASSISTANT:",
        Reserved = ["USER:", "ASSISTANT:"],
    };

    private static ConversationTemplate[] All => [Authors, Vicuna];

    /// <summary>The template with this version.</summary>
    /// <exception cref="NotSupportedException">There is none; the message lists those there are.</exception>
    public static ConversationTemplate For(string version) => All.FirstOrDefault(template => template.Version == version)
        ?? throw new NotSupportedException(
            $"The checkpoint's conversation version '{version}' is not known; known are {string.Join(", ", All.Select(template => template.Version))}.");
}
