using System.Text.RegularExpressions;
using GPT4RoI.Contracts.Errors;

namespace GPT4RoI.Gateway.Admission;

/// <summary>Names of turns, and what clients say they have of an answer.</summary>
internal static partial class TurnRules
{
    private const uint MostTokens = 1_000_000, MostBytes = 64 * MostTokens;

    public static ClusterError? Check(string turnId, V1.Received? received)
    {
        if (!TurnPattern().IsMatch(turnId))
        {
            return Invalid.Field("turn_id", "TURN_ID_MALFORMED", "turn_id must be up to 64 letters, digits and hyphens.");
        }
        if (received is null)
        {
            return null;
        }
        return turnId.Length == 0 ? Invalid.Field("turn_id", "TURN_ID_MISSING", "A turn that is asked again, with received, needs its turn_id.")
            : received.Tokens > MostTokens ? Invalid.Field("received.tokens", "RECEIVED_TOO_LARGE", $"received.tokens is {received.Tokens}; at most {MostTokens} is possible.")
            : received.TextBytes > MostBytes ? Invalid.Field("received.text_bytes", "RECEIVED_TOO_LARGE", $"received.text_bytes is {received.TextBytes}; at most {MostBytes} is possible.")
            : null;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9-]{0,64}\z")]
    private static partial Regex TurnPattern();
}
