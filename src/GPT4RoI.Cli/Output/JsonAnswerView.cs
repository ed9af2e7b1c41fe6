using System.Text.Json;
using GPT4RoI.Client;

namespace GPT4RoI.Cli.Output;

/// <summary>One line per event, with <c>type</c> first.</summary>
internal sealed class JsonAnswerView(TextWriter output) : IAnswerView
{
    public async Task ShowAsync(IAsyncEnumerable<AskUpdate> updates, CancellationToken cancellationToken)
    {
        await foreach (var update in updates.WithCancellation(cancellationToken))
        {
            Json.WriteLine(output, Line(update));
        }
    }

    private static object Line(AskUpdate update) => update switch
    {
        StageUpdate stage => new { Type = "stage", Stage = Name(stage.Stage) },
        TokensUpdate { Logprobs.Count: > 0 } tokens => new { Type = "tokens", tokens.Text, tokens.TokenIds, tokens.Logprobs },
        TokensUpdate tokens => new { Type = "tokens", tokens.Text, tokens.TokenIds },
        FinishedUpdate { Answer: var answer } => new
        {
            Type = "finished",
            FinishReason = Name(answer.FinishReason),
            Answer = answer.Text,
            answer.Usage,
            TimingsMs = new
            {
                Encoding = answer.Timings.Encoding.TotalMilliseconds,
                Regions = answer.Timings.Regions.TotalMilliseconds,
                Queue = answer.Timings.Queue.TotalMilliseconds,
                Prefill = answer.Timings.Prefill.TotalMilliseconds,
                Decode = answer.Timings.Decode.TotalMilliseconds,
                Total = answer.Timings.Total.TotalMilliseconds,
            },
        },
        _ => throw new InvalidOperationException($"an answer has no {update.GetType().Name}"),
    };

    private static string Name<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
