using System.Runtime.CompilerServices;
using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Contracts.Errors;

namespace GPT4RoI.Gateway.Tests.Fixtures;

/// <summary>What the fake grains answer; how a question begins decides.</summary>
internal static class Answers
{
    public const string Hang = "hang", Throw = "throw", TimeOut = "time out", Refuse = "refuse", Silent = "silent", FailEven = "fail even";

    public static readonly ClusterError Refusal =
        new(ErrorCode.ResourceExhausted, "QUEUE_FULL", "The queue holds 512 requests.", "question", TimeSpan.FromMilliseconds(2500));

    public static readonly TurnFinished Finished = new(
        TurnFinishReason.Length,
        "héllo wörld",
        new TurnUsage(300, 256, 2, 272, 2),
        new TurnTimings(
            TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(3),
            TimeSpan.FromMilliseconds(4), TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(15)));

    public static readonly TurnTokens[] Tokens =
    [
        new([17], "héllo ", [new(17, "héllo", -0.25f, [new(18, "hi", -1.5f, [])])]),
        new([4, 5], "wörld", []),
    ];

    public static async IAsyncEnumerable<TurnEvent> For(FakeState state, string question, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new TurnProgress(TurnStage.Queued);
        yield return new TurnProgress(TurnStage.Encoding);
        yield return new TurnProgress(TurnStage.Regions);
        yield return new TurnProgress(TurnStage.Prefill);
        if (question.StartsWith(Hang, StringComparison.Ordinal))
        {
            state.Hanging(question).TrySetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                state.Cancelled(question).TrySetResult();
            }
        }
        if (question.StartsWith(Throw, StringComparison.Ordinal))
        {
            throw new InvalidOperationException(FakeState.Secret);
        }
        if (question.StartsWith(TimeOut, StringComparison.Ordinal))
        {
            throw new TimeoutException(FakeState.Secret);
        }
        if (question.StartsWith(Refuse, StringComparison.Ordinal))
        {
            yield return new TurnFailed(Refusal);
            yield break;
        }
        foreach (var tokens in Tokens)
        {
            yield return tokens;
        }
        if (!question.StartsWith(Silent, StringComparison.Ordinal))
        {
            yield return Finished;
        }
    }
}
