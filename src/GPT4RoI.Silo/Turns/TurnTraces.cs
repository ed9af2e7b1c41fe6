using System.Diagnostics;
using GPT4RoI.Contracts.Conversations;

namespace GPT4RoI.Silo.Turns;

/// <summary>Spans of turns: <c>turn</c>, and in it <c>encode</c>, <c>regions</c>, <c>queue</c>, <c>prefill</c> and <c>decode</c>, one after the other.</summary>
internal static class TurnTraces
{
    private static readonly ActivitySource Source = new("GPT4RoI.Silo");

    /// <summary>A turn. Ids and counts only: what a user writes or draws stays out of traces.</summary>
    public static Activity? Turn(TurnPlan plan) => Source.StartActivity("turn")
        ?.SetTag("gpt4roi.turn.id", plan.RequestId).SetTag("gpt4roi.regions", plan.Regions.Count()).SetTag("gpt4roi.resumed_tokens", plan.Relayed.Tokens);

    /// <summary>A part of the turn at work.</summary>
    public static Activity? Part(string name) => Source.StartActivity(name);

    /// <summary>Notes how the turn ended.</summary>
    public static void End(this Activity? turn, TurnEvent last)
    {
        switch (last)
        {
            case TurnFinished finished:
                turn?.SetTag("gen_ai.usage.input_tokens", finished.Usage.InputTokens).SetTag("gen_ai.usage.output_tokens", finished.Usage.OutputTokens)
                    .SetTag("gpt4roi.cached_tokens", finished.Usage.CachedTokens);
                break;
            case TurnFailed failed:
                turn?.SetTag("error.type", failed.Error.Reason).SetStatus(ActivityStatusCode.Error);
                break;
        }
    }
}
