namespace GPT4RoI.Model.Prompting;

/// <summary>How a <see cref="LiteralConversation"/> keeps its history.</summary>
public enum LiteralHistory
{
    /// <summary>The format of the training data: every message is wrapped once.</summary>
    Clean,

    /// <summary>The demo's flaw: from the second round on it wraps the stored messages in place, so old ones are wrapped again each round.</summary>
    Rewrapped,
}

/// <summary>
/// Prompts as the authors' demo writes them, round by round, for recorded cases: names of special tokens in the text count as those tokens.
/// The product's prompts come from <see cref="PromptBuilder"/>.
/// </summary>
public sealed class LiteralConversation(Gpt4RoiTokenizer tokenizer, ConversationTemplate template, int imageTokens, LiteralHistory history)
{
    private readonly List<string> _messages = [];
    private IReadOnlyList<string> _known = [];
    private int _boxes;

    private bool FirstRound => _messages.Count == 0;

    /// <summary>The demo's rule for the next question; see <see cref="LiteralInputCheck.Check"/>.</summary>
    /// <param name="question">The question.</param>
    /// <param name="boxes">Number of boxes passed with it.</param>
    public LiteralInputCheck Check(string question, int boxes)
    {
        var check = LiteralInputCheck.Check(question, boxes, FirstRound, _known, _boxes);
        _known = check.KnownRegions;
        return check;
    }

    /// <summary>The prompt that asks the question, which passed <see cref="Check"/> or, without regions, needs no check.</summary>
    public LiteralText Ask(string question)
    {
        string[] mentions = [.. LiteralQuestion.NamedRegion().Matches(question).Select(match => match.Value)];
        _known = [.. _known.Union(mentions)];
        _boxes += mentions.Length;

        var first = FirstRound;
        _messages.Add(LiteralQuestion.Substitute(question, first).Value);
        string[] wrapped = [.. _messages.Select(Wrap)];
        if (history == LiteralHistory.Rewrapped && !first)
        {
            _messages.Clear();
            _messages.AddRange(wrapped);
        }

        return Render(wrapped);
    }

    /// <summary>Stores the answer of the round.</summary>
    /// <param name="stored">As <see cref="LiteralAnswer.StoredInHistory"/> gives it.</param>
    public void Answer(string stored) => _messages.Add(stored);

    /// <summary>A whole conversation as in training, questions and answers in turn, with <c>&lt;image&gt;</c> and <c>&lt;bbox&gt;</c> already in place.</summary>
    public LiteralText Render(IEnumerable<LiteralText> messages) => Render(messages.Select(message => message.Value).Select(Wrap));

    /// <summary>The ids of a prompt, cut where the authors cut it.</summary>
    /// <exception cref="ArgumentException">The prompt holds no image.</exception>
    public AssembledPrompt Assemble(LiteralText prompt)
    {
        var ids = tokenizer.EncodeLiteral(prompt, addBos: true);
        return AssembledPrompt.FromIds(ids[..Math.Min(ids.Length, tokenizer.ModelMaxLength)], tokenizer.Special, imageTokens);
    }

    private LiteralText Render(IEnumerable<string> wrapped)
    {
        var text = string.Concat(wrapped).Replace(ImagePlaceholder.Name, ImagePlaceholder.Literal(imageTokens), StringComparison.Ordinal);
        return new LiteralText(template.Preamble + text + template.Opening);
    }

    private string Wrap(string message, int index)
    {
        var (before, after) = index % 2 == 0 ? template.Question : template.Answer;
        var end = index % 2 == 1 && template.AnswerEndsSentence ? tokenizer.Token(tokenizer.Special.Eos).Text : "";
        return before + message + after + end;
    }
}
