using GPT4RoI.Model.Prompting;

namespace GPT4RoI.Training.Instructions;

/// <summary>
/// Turns conversations into token ids and labels with the template and tokenizer that inference uses. The ids are those of the prompt in which
/// <see cref="PromptBuilder"/> has the earlier turns as its history, then the last answer and its end. What is learned of a turn is what the
/// model writes at inference: the role label if the template leaves it to the model, the answer, and the token or separator that ends it.
/// <c>gpt4roi/train/train.py</c> means the same, but measures every turn on its own and so drifts by a token per turn. Thread-safe.
/// </summary>
public sealed class InstructionEncoder
{
    private const string Box = "<bbox>";

    private readonly Gpt4RoiTokenizer _tokenizer;
    private readonly ConversationTemplate _template;
    private readonly int _imageTokens;

    // The part of the text before an answer that the prompt already holds; the rest of it is the model's to write.
    private readonly string _given;
    private readonly string _separator;

    /// <param name="tokenizer">The checkpoint's tokenizer.</param>
    /// <param name="template">The checkpoint's template.</param>
    /// <param name="imageTokens">Tokens that stand for the image, one per patch.</param>
    public InstructionEncoder(Gpt4RoiTokenizer tokenizer, ConversationTemplate template, int imageTokens)
    {
        (_tokenizer, _template, _imageTokens) = (tokenizer, template, imageTokens);
        _given = template.Opening.TrimEnd();
        _separator = template.Separator ?? "";
    }

    /// <summary>
    /// Encodes one sample. In its text only <c>&lt;bbox&gt;</c> of questions and the first <c>&lt;image&gt;</c> of the first question have a meaning.
    /// </summary>
    /// <returns>Ids and labels, and where the image and the boxes go; as long as the conversation is, nothing is cut.</returns>
    /// <exception cref="ArgumentException">
    /// There is no turn, a question or an answer is empty, or the number of <c>&lt;bbox&gt;</c> is not the number of boxes.
    /// </exception>
    /// <exception cref="InvalidOperationException">The tokenizer writes one token across the beginning or end of an answer, so that no label would be right.</exception>
    public EncodedSample Encode(InstructionSample sample)
    {
        var stream = _tokenizer.Stream(addBos: true, _template.Reserved);
        var boxes = new List<int>();
        stream.Append(_template.Preamble);
        stream.Append(_template.Question.Before);
        var imageOffset = AppendFirstQuestion(stream, boxes, Text(sample.Turns, 0).Human, sample.Image is not null);
        for (var turn = 0; turn < sample.Turns.Count; turn++)
        {
            var (human, assistant) = Text(sample.Turns, turn);
            if (turn > 0)
            {
                stream.Append(_template.Question.Before[_separator.Length..]);
                AppendQuestion(stream, boxes, human);
            }

            stream.Append(_template.Question.After);
            AppendAnswer(stream, assistant);
        }

        return boxes.Count == sample.Boxes.Count
            ? Label(stream.Finish(), stream.Marks, imageOffset, [.. boxes])
            : throw new ArgumentException($"The conversation holds {boxes.Count} {Box}, but there are {sample.Boxes.Count} boxes.", nameof(sample));
    }

    private static EncodedSample Label(int[] ids, IReadOnlyList<int> marks, int? imageOffset, int[] boxes)
    {
        var labels = new int[ids.Length];
        Array.Fill(labels, EncodedSample.Ignored);
        for (var mark = 0; mark < marks.Count; mark += 2)
        {
            ids.AsSpan(marks[mark]..marks[mark + 1]).CopyTo(labels.AsSpan(marks[mark]));
        }

        return new EncodedSample(ids, labels, imageOffset, boxes);
    }

    private (string Human, string Assistant) Text(IReadOnlyList<InstructionTurn> turns, int turn)
    {
        if (turns.Count == 0)
        {
            throw new ArgumentException("The sample has no turn.", nameof(turns));
        }

        var filter = new AnswerFilter(_template);
        var (human, assistant) = (PythonText.Strip(turns[turn].Human), filter.Append(turns[turn].Assistant) + filter.Finish());
        return human.Length > 0 && assistant.Length > 0
            ? (human, assistant)
            : throw new ArgumentException($"Turn {turn + 1} has an empty {(human.Length == 0 ? "question" : "answer")}.", nameof(turns));
    }

    private int? AppendFirstQuestion(TokenStream stream, List<int> boxes, string text, bool hasImage)
    {
        if (!hasImage)
        {
            AppendQuestion(stream, boxes, text);
            return null;
        }

        if (text.IndexOf(ImagePlaceholder.Name, StringComparison.Ordinal) is var at and >= 0)
        {
            AppendQuestion(stream, boxes, text[..at]);
            var offset = ImagePlaceholder.Append(stream, _tokenizer, _imageTokens);
            AppendQuestion(stream, boxes, text[(at + ImagePlaceholder.Name.Length)..]);
            return offset;
        }

        stream.Append(ImagePlaceholder.Before);
        var imageOffset = ImagePlaceholder.Append(stream, _tokenizer, _imageTokens);
        stream.Append(ImagePlaceholder.After);
        AppendQuestion(stream, boxes, text);
        return imageOffset;
    }

    private void AppendQuestion(TokenStream stream, List<int> boxes, string text)
    {
        var parts = text.Split(Box);
        for (var part = 0; part < parts.Length; part++)
        {
            if (part > 0)
            {
                boxes.Add(stream.Append(_tokenizer.Token(_tokenizer.Special.BBox)));
            }

            stream.Append(new UserText(parts[part]));
        }
    }

    private void AppendAnswer(TokenStream stream, string text)
    {
        stream.Append(_given);
        stream.Mark();
        stream.Append(_template.Answer.Before[_given.Length..]);
        stream.Append(new UserText(text));
        stream.Append(_template.Answer.After);
        if (_template.AnswerEndsSentence)
        {
            stream.Append(_tokenizer.Token(_tokenizer.Special.Eos));
        }

        stream.Append(_separator);
        stream.Mark();
    }
}
