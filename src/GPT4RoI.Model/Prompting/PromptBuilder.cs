using System.Diagnostics.CodeAnalysis;

namespace GPT4RoI.Model.Prompting;

/// <summary>
/// Builds the prompt of a conversation from users' words. Only <c>&lt;regionN&gt;</c> has a meaning in them: where the conversation mentions a
/// region first it becomes <c>regionN &lt;bbox&gt;</c>, later <c>regionN</c>. A turn only appends to the prompt before it (up to that
/// prompt's last separator), so cached keys and values stay valid. For text without names of special tokens the ids are the authors'.
/// </summary>
public sealed class PromptBuilder
{
    private readonly Gpt4RoiTokenizer _tokenizer;
    private readonly ConversationTemplate _template;
    private readonly int _imageTokens;

    /// <param name="tokenizer">The checkpoint's tokenizer.</param>
    /// <param name="template">The checkpoint's template.</param>
    /// <param name="imageTokens">Tokens that stand for the image, one per patch.</param>
    /// <exception cref="NotSupportedException">The tokenizer itself writes a reserved text of the template as bytes, so users could forge it.</exception>
    public PromptBuilder(Gpt4RoiTokenizer tokenizer, ConversationTemplate template, int imageTokens)
    {
        (_tokenizer, _template, _imageTokens) = (tokenizer, template, imageTokens);
        if (template.Reserved.FirstOrDefault(tokenizer.WritesAsBytes) is { } forgeable)
        {
            throw new NotSupportedException($"The tokenizer has no pieces for '{forgeable}', so conversation version '{template.Version}' cannot be used with it.");
        }
    }

    /// <summary>Builds the prompt that asks <paramref name="question"/> after <paramref name="history"/>.</summary>
    /// <param name="history">The finished turns, each accepted by this method before.</param>
    /// <param name="question">The new question.</param>
    /// <param name="newRegions">Ids of the regions it declares, in the request's order.</param>
    /// <param name="prompt">The prompt, if there is no fault.</param>
    /// <param name="fault">Why there is no prompt.</param>
    public bool TryBuild(
        IReadOnlyList<PromptTurn> history, UserText question, IReadOnlyList<int> newRegions,
        [NotNullWhen(true)] out AssembledPrompt? prompt, [NotNullWhen(false)] out PromptFault? fault)
    {
        fault = FindFault([.. history.SelectMany(turn => turn.NewRegions)], question.Value, newRegions);
        prompt = fault is null ? Build(history, question, newRegions) : null;
        return fault is null;
    }

    private static PromptFault? FindFault(HashSet<int> declared, string question, IReadOnlyList<int> newRegions)
    {
        if (PythonText.End(question) == 0)
        {
            return PromptFault.Empty();
        }

        var mentions = RegionMention.All(question);
        for (var index = 0; index < newRegions.Count; index++)
        {
            var id = newRegions[index];
            if (id < 1)
            {
                return PromptFault.InvalidId(index, id);
            }

            if (!declared.Add(id))
            {
                return PromptFault.Duplicate(index, id);
            }

            if (!mentions.Any(mention => mention.Id == id))
            {
                return PromptFault.NotMentioned(index, id);
            }
        }

        var unknown = mentions.FirstOrDefault(mention => mention.Id is not { } id || !declared.Contains(id));
        return unknown.Length > 0 ? PromptFault.Unknown(unknown.Digits) : null;
    }

    private AssembledPrompt Build(IReadOnlyList<PromptTurn> history, UserText question, IReadOnlyList<int> newRegions)
    {
        var stream = _tokenizer.Stream(addBos: true, _template.Reserved);
        var slots = new List<RegionSlot>();
        stream.Append(_template.Preamble);
        stream.Append(_template.Question.Before);
        stream.Append(ImagePlaceholder.Before);
        var imageOffset = ImagePlaceholder.Append(stream, _tokenizer, _imageTokens);
        stream.Append(ImagePlaceholder.After);

        var waiting = new HashSet<int>();
        foreach (var turn in history)
        {
            waiting.UnionWith(turn.NewRegions);
            AppendQuestion(stream, turn.Question, waiting, slots);
            AppendAnswer(stream, turn.Answer);
            stream.Append(_template.Question.Before);
        }

        waiting.UnionWith(newRegions);
        AppendQuestion(stream, question, waiting, slots);
        stream.Append(_template.Opening);
        return new AssembledPrompt(stream.Finish(), imageOffset, _imageTokens, slots);
    }

    private void AppendQuestion(TokenStream stream, UserText question, HashSet<int> waiting, List<RegionSlot> slots)
    {
        var text = PythonText.Strip(question.Value);
        var position = 0;
        foreach (var mention in RegionMention.All(text))
        {
            stream.Append(new UserText(text[position..mention.Start]));
            position = mention.Start + mention.Length;
            stream.Append($"region{mention.Digits}");
            if (mention.Id is { } id && waiting.Remove(id))
            {
                stream.Append(" ");
                slots.Add(new RegionSlot(id, stream.Append(_tokenizer.Token(_tokenizer.Special.BBox))));
            }
        }

        stream.Append(new UserText(text[position..]));
        stream.Append(_template.Question.After);
    }

    private void AppendAnswer(TokenStream stream, UserText answer)
    {
        stream.Append(_template.Answer.Before);
        stream.Append(answer);
        stream.Append(_template.Answer.After);
        if (_template.AnswerEndsSentence)
        {
            stream.Append(_tokenizer.Token(_tokenizer.Special.Eos));
        }
    }
}
