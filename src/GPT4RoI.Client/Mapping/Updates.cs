using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace GPT4RoI.Client.Mapping;

/// <summary>Events of an answer. An event that this version does not know maps to null and is passed over.</summary>
internal static class Updates
{
    public static AskUpdate? Update(V1.AskResponse response) => response.EventCase switch
    {
        V1.AskResponse.EventOneofCase.Progress => Progress(response.Progress),
        V1.AskResponse.EventOneofCase.Tokens => Tokens(response.Tokens),
        V1.AskResponse.EventOneofCase.Finished => Finished(response.Finished),
        _ => null,
    };

    public static AskUpdate? Update(V1.DescribeRegionsResponse response) => response.EventCase switch
    {
        V1.DescribeRegionsResponse.EventOneofCase.Progress => Progress(response.Progress),
        V1.DescribeRegionsResponse.EventOneofCase.Tokens => Tokens(response.Tokens),
        V1.DescribeRegionsResponse.EventOneofCase.Finished => Finished(response.Finished),
        V1.DescribeRegionsResponse.EventOneofCase.Failed => Failed(response.Failed),
        _ => null,
    };

    private static StageUpdate Progress(V1.Progress progress) => new(progress.Stage switch
    {
        V1.Stage.Queued => Stage.Queued,
        V1.Stage.Encoding => Stage.Encoding,
        V1.Stage.Regions => Stage.Regions,
        V1.Stage.Prefill => Stage.Prefill,
        _ => Stage.Unknown,
    });

    private static TokensUpdate Tokens(V1.TokenChunk chunk) => new(
        chunk.Text,
        [.. chunk.TokenIds],
        [.. chunk.Logprobs.Select(entry => new TokenLogprobs(Logprob(entry.Chosen), [.. entry.Alternatives.Select(Logprob)]))]);

    private static TokenLogprob Logprob(V1.TokenLogprob logprob) => new(logprob.TokenId, logprob.Text, logprob.Logprob);

    private static FinishedUpdate Finished(V1.Finished finished) =>
        new(new Answer(finished.Answer, Reason(finished.Reason), Usage(finished.Usage ?? new()), Timings(finished.Timings ?? new())));

    private static FailedUpdate Failed(V1.RegionFailure failure) =>
        new((StatusCode)failure.Code, failure.Reason, failure.Message, failure.Field.Length > 0 ? failure.Field : null);

    private static FinishReason Reason(V1.FinishReason reason) => reason switch
    {
        V1.FinishReason.Stop => FinishReason.Stop,
        V1.FinishReason.Length => FinishReason.Length,
        _ => FinishReason.Unknown,
    };

    private static Usage Usage(V1.Usage usage) =>
        new(usage.InputTokens, usage.ImageTokens, usage.RegionTokens, usage.CachedTokens, usage.OutputTokens);

    private static Timings Timings(V1.Timings timings) => new(
        Span(timings.Encoding), Span(timings.Regions), Span(timings.Queue), Span(timings.Prefill), Span(timings.Decode), Span(timings.Total));

    private static TimeSpan Span(Duration? duration) => duration?.ToTimeSpan() ?? TimeSpan.Zero;
}
