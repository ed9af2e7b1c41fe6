using GPT4RoI.Engine.Requests;
using GPT4RoI.Model.Prompting;

namespace GPT4RoI.Engine.Execution;

/// <summary>Turns one sequence's generated ids into the text of its answer, up to a stop text.</summary>
/// <param name="detokenizer">Fresh.</param>
/// <param name="stops">Fresh.</param>
internal sealed class AnswerText(StreamingDetokenizer detokenizer, KeywordStop stops)
{
    /// <summary>A stop text has occurred.</summary>
    public bool Stopped { get; private set; }

    /// <summary>An empty answer.</summary>
    /// <param name="tokenizer">Decodes.</param>
    /// <param name="sampling">Holds the request's own stop texts.</param>
    /// <param name="templateStop">The template's, unless the request ignores the end of sequence.</param>
    public static AnswerText Create(Gpt4RoiTokenizer tokenizer, SamplingParams sampling, string templateStop) =>
        new(tokenizer.CreateDetokenizer(), new KeywordStop(sampling.IgnoreEos ? null : templateStop, sampling.Stop));

    /// <summary>The text that a token completes; may be empty.</summary>
    public string Append(int tokenId) => Note(stops.Append(detokenizer.Append(tokenId)));

    /// <summary>The rest, when no token will follow; nothing after a stop text.</summary>
    public string Finish() => Stopped ? "" : Note(stops.Finish(detokenizer.Flush()));

    private string Note(StopCheck check)
    {
        Stopped = check.Stopped;
        return check.Text;
    }
}
