using GPT4RoI.Engine.Requests;
using GPT4RoI.Model.Prompting;

namespace GPT4RoI.Engine.Execution;

/// <summary>Turns one sequence's generated ids into the text of its answer, up to a stop text.</summary>
internal sealed class AnswerText
{
    private readonly StreamingDetokenizer _detokenizer;
    private readonly StopTexts _stops;

    private AnswerText(StreamingDetokenizer detokenizer, StopTexts stops) => (_detokenizer, _stops) = (detokenizer, stops);

    /// <summary>A stop text has occurred.</summary>
    public bool Stopped => _stops.Found;

    /// <summary>An empty answer.</summary>
    /// <param name="tokenizer">Decodes.</param>
    /// <param name="sampling">The request's own stop texts.</param>
    /// <param name="templateStop">The template's, unless the request ignores the end of sequence.</param>
    public static AnswerText Create(Gpt4RoiTokenizer tokenizer, SamplingParams sampling, string templateStop) =>
        new(tokenizer.CreateDetokenizer(), new StopTexts(sampling.IgnoreEos ? sampling.Stop : [templateStop, .. sampling.Stop]));

    /// <summary>The text that a token completes; may be empty.</summary>
    public string Append(int tokenId) => _stops.Append(_detokenizer.Append(tokenId));

    /// <summary>The rest, when no token will follow.</summary>
    public string Flush() => _stops.Append(_detokenizer.Flush()) + _stops.Flush();
}
