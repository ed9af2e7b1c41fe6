using System.Text;
using GPT4RoI.Contracts.Conversations;

namespace GPT4RoI.Gateway.Services;

/// <summary>How much of one answer its reader has.</summary>
/// <param name="before">What it had before; which tokens these are, only the grain may know.</param>
internal sealed class AnswerProgress(RelayedAnswer before)
{
    private readonly List<int> _tokenIds = [];
    private TurnStage? _stage;
    private int _textBytes = before.TextBytes;

    /// <summary>True after the last event.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>What it cost; null unless it came to a good end.</summary>
    public TurnUsage? Usage { get; private set; }

    /// <summary>The tokens and the text.</summary>
    public RelayedAnswer Relayed => new(before.Tokens + _tokenIds.Count, _textBytes) { TokenIds = before.Tokens == 0 ? [.. _tokenIds] : [] };

    /// <summary>Notes an event; false for a stage that an answer which goes on elsewhere goes through again.</summary>
    public bool TryTake(TurnEvent happened)
    {
        switch (happened)
        {
            case TurnProgress progress when progress.Stage <= _stage:
                return false;
            case TurnProgress progress:
                _stage = progress.Stage;
                return true;
            case TurnTokens tokens:
                _tokenIds.AddRange(tokens.TokenIds);
                _textBytes += Encoding.UTF8.GetByteCount(tokens.Text);
                return true;
            default:
                HasEnded = true;
                Usage = (happened as TurnFinished)?.Usage;
                return true;
        }
    }
}
