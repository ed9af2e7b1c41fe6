using Google.Protobuf.WellKnownTypes;
using GPT4RoI.Contracts.Conversations;

namespace GPT4RoI.Gateway.Mapping;

/// <summary>Events of an answer to the wire.</summary>
internal static class TurnMapping
{
    public static V1.Progress ToProto(this TurnProgress progress) => new()
    {
        Stage = progress.Stage switch
        {
            TurnStage.Queued => V1.Stage.Queued,
            TurnStage.Encoding => V1.Stage.Encoding,
            TurnStage.Regions => V1.Stage.Regions,
            TurnStage.Prefill => V1.Stage.Prefill,
            _ => V1.Stage.Unspecified,
        },
    };

    public static V1.TokenChunk ToProto(this TurnTokens tokens) => new()
    {
        Text = tokens.Text,
        TokenIds = { tokens.TokenIds },
        Logprobs =
        {
            tokens.Logprobs.Select(logprob => new V1.TokenLogprobs
            {
                Chosen = ToProto(logprob),
                Alternatives = { logprob.Alternatives.Select(ToProto) },
            }),
        },
    };

    public static V1.Finished ToProto(this TurnFinished finished) => new()
    {
        Reason = finished.Reason switch
        {
            TurnFinishReason.Stop => V1.FinishReason.Stop,
            TurnFinishReason.Length => V1.FinishReason.Length,
            _ => V1.FinishReason.Unspecified,
        },
        Answer = finished.Answer,
        Usage = new V1.Usage
        {
            InputTokens = finished.Usage.InputTokens,
            ImageTokens = finished.Usage.ImageTokens,
            RegionTokens = finished.Usage.RegionTokens,
            CachedTokens = finished.Usage.CachedTokens,
            OutputTokens = finished.Usage.OutputTokens,
        },
        Timings = new V1.Timings
        {
            Encoding = Duration.FromTimeSpan(finished.Timings.Encoding),
            Regions = Duration.FromTimeSpan(finished.Timings.Regions),
            Queue = Duration.FromTimeSpan(finished.Timings.Queue),
            Prefill = Duration.FromTimeSpan(finished.Timings.Prefill),
            Decode = Duration.FromTimeSpan(finished.Timings.Decode),
            Total = Duration.FromTimeSpan(finished.Timings.Total),
        },
    };

    private static V1.TokenLogprob ToProto(TokenLogprob logprob) => new() { TokenId = logprob.TokenId, Text = logprob.Text, Logprob = logprob.Logprob };
}
